// The watched episode that is kept with a run.
#include <filesystem>

#include "engine/core/bytes.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/inspector.hpp"
#include "engine/run/container.hpp"

namespace qarium::inspect {
namespace {

constexpr const char* kFile = "stage.state";
constexpr const char* kSection = "stage";
constexpr const char* kSource = "what is kept of the stage";
/// So many versions, or so much time, later the parameters are those of the run that was opened, however far it has
/// learned since.
constexpr std::uint64_t kSurelyOfThatRun = 2;
constexpr auto kSurelyThere = std::chrono::seconds(1);

}  // namespace

void Inspector::keep_stage(const std::string& run) const {
  if (!stage_.can_go_back()) return;
  core::ByteWriter out;
  out.put(version_.position);
  out.put(playing_);
  out.put(speed_);
  stage_.write(out);
  run::write_container(std::filesystem::path(run) / kFile, {{kSection, out.take()}});
}

void Inspector::open_stage(const std::string& run) {
  const auto file = std::filesystem::path(run) / kFile;
  if (!std::filesystem::exists(file)) return;
  auto sections = run::read_container(file);
  core::ByteReader in(sections[kSection], kSource);
  const auto position = in.get<protocol::Position>();
  opened_ = OpenedStage{std::move(sections[kSection]), position, version_.number, Clock::now()};
}

void Inspector::enter_opened_stage() {
  if (!opened_ || !stage_.ready()) return;
  const bool there = version_.position == opened_->position || version_.number >= opened_->version + kSurelyOfThatRun ||
                     Clock::now() - opened_->since >= kSurelyThere;
  if (!there) return;
  const auto opened = std::move(*opened_);
  opened_.reset();
  try {
    core::ByteReader in(opened.bytes, kSource);
    in.get<protocol::Position>();
    const bool playing = in.get_flag();
    const auto speed = in.get<double>();
    in.require(speed >= 0 && speed <= kMostSpeed, "holds no such speed");
    stage_.read(in);
    in.expect_end();
    playing_ = playing;
    speed_ = speed;
    next_step_ = Clock::now();
  } catch (const core::UserError& error) {
    error_ = std::string("the stage begins anew: ") + error.what();
  }
  dirty_ = true;
}

}  // namespace qarium::inspect
