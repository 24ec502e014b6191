#include "engine/train/experience_log.hpp"

#include <algorithm>

namespace qarium::train {
namespace {

/// Whether all that a part holds was overwritten, or belongs to another replay.
bool is_old(const run::Manifest::Part& part, const agent::ExperienceMark& oldest) {
  return part.replay != oldest.replay || part.written.size() != oldest.written.size() ||
         std::ranges::equal(part.written, oldest.written, std::ranges::less_equal());
}

}  // namespace

ExperienceLog::ExperienceLog(std::vector<run::Manifest::Part> parts) : parts_(std::move(parts)) {
  if (!parts_.empty()) mark_ = {parts_.back().replay, parts_.back().written};
}

void ExperienceLog::write(const agent::Learner& learner, run::RunDirectory& directory) {
  if (auto part = learner.experience_since(mark_); !part.empty())
    parts_.push_back({directory.write_experience(std::move(part)), mark_.replay, mark_.written});
  const auto oldest = learner.oldest_experience();
  const auto needed = std::ranges::find_if(parts_, [&](const auto& part) { return !is_old(part, oldest); });
  for (auto part = parts_.begin(); part != needed; ++part)
    old_.push_back(part->file);
  parts_.erase(parts_.begin(), needed);
}

void ExperienceLog::remove_old(run::RunDirectory& directory) {
  for (const auto& file : old_)
    directory.remove("checkpoints/experience/" + file);
  old_.clear();
}

void ExperienceLog::begin_anew() {
  for (const auto& part : parts_)
    old_.push_back(part.file);
  parts_.clear();
  mark_ = {};
}

}  // namespace qarium::train
