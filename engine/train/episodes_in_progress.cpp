#include "engine/train/episodes_in_progress.hpp"

#include <cmath>
#include <string>

#include "engine/core/error.hpp"

namespace qarium::train {
namespace {

constexpr float kMostNumber = 1 << 20;

std::string of_environment(std::size_t i, const char* what) {
  return "episodes/" + std::to_string(i) + "/" + what;
}

/// A whole number from 0 to below `end`, as an array of the checkpoint holds it.
float whole(float value, float end, const std::string& name) {
  if (value >= 0 && value < end && value == std::floor(value)) return value;
  throw core::UserError("array '" + name + "' of the checkpoint holds " + std::to_string(value) +
                        ", which is no whole number from 0 to " + std::to_string(static_cast<int>(end) - 1));
}

}  // namespace

void save_episodes(core::Archive& archive, const std::vector<EpisodeInProgress>& episodes) {
  for (std::size_t i = 0; i < episodes.size(); ++i) {
    const auto& [number, actions] = episodes[i];
    archive.arrays.push_back({of_environment(i, "number"), {1}, {static_cast<float>(number)}});
    archive.arrays.push_back(
        {of_environment(i, "actions"), {static_cast<std::int64_t>(actions.size())}, {actions.begin(), actions.end()}});
  }
}

std::optional<std::vector<EpisodeInProgress>> read_episodes(const core::Archive& archive, std::size_t n, int actions) {
  if (archive.find(of_environment(0, "number")) == nullptr) return std::nullopt;
  std::vector<EpisodeInProgress> episodes;
  for (std::size_t i = 0; i < n; ++i) {
    auto& episode = episodes.emplace_back();
    const auto& number = archive.need(of_environment(i, "number"));
    if (number.values.size() != 1) throw core::UserError("array '" + number.name + "' must hold one number");
    episode.number = static_cast<std::uint32_t>(whole(number.values[0], kMostNumber, number.name));
    const auto& taken = archive.need(of_environment(i, "actions"));
    for (const float action : taken.values)
      episode.actions.push_back(static_cast<int>(whole(action, static_cast<float>(actions), taken.name)));
  }
  return episodes;
}

}  // namespace qarium::train
