// The lanes of the watched past: how one begins, is returned to, taken back and told of.
#include <algorithm>
#include <array>

#include "engine/agent/random_streams.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/episode_viewer.hpp"

namespace qarium::inspect {
namespace {

constexpr std::size_t kMostUndoPoints = 1'000;
/// Streams: what unfolds from branch b's first moment is 2^30 + b, and its exploration 2^31 + b.
constexpr std::uint32_t kFirstBranch = 1U << 30U;
constexpr std::uint32_t kBranchExploration = 1U << 31U;

/// `begun`: the moment where it began; null where that is no longer kept.
std::string label_of(protocol::LaneOrigin origin, const StoredFrame* begun, const std::vector<std::string>& names) {
  switch (origin) {
    case protocol::LaneOrigin::First:
      return "from the start";
    case protocol::LaneOrigin::Resumed:
      return "resumed";
    case protocol::LaneOrigin::Branched:
      return "branched";
    case protocol::LaneOrigin::Acted:
      break;
  }
  if (begun != nullptr && (begun->moment.terminated || begun->moment.truncated)) return "next episode";
  const int action = begun == nullptr ? -1 : begun->moment.action;
  if (action < 0 || action >= static_cast<int>(names.size())) return "you acted";
  return "you: " + names[static_cast<std::size_t>(action)];
}

}  // namespace

void EpisodeViewer::fork(protocol::LaneOrigin origin) {
  if (!can_go_back()) {
    throw core::UserError(spec().id + " cannot go back to an earlier state: its past can only be looked at");
  }
  if (origin == protocol::LaneOrigin::Branched) {
    at_end_ = false;
    environment_->restore_state(kept(cursor_).state);
  }
  past_.fork(cursor_, origin);
  lane_changed();
  if (origin != protocol::LaneOrigin::Branched) return;
  auto& here = kept(cursor_);
  here.branch = ++branches_;
  here.moment.id = ++frames_;  // from here on other draws come
  environment_->reseed(stream_of_branch(here.branch));
  here.exploration = agent::run_stream(hyperparameters_, core::Purpose::Stage, kBranchExploration + here.branch);
  here.state = environment_->save_state();
  past_.count(here);
  past_.fit();
}

core::RandomStream EpisodeViewer::stream_of_branch(std::uint32_t branch) const {
  return agent::run_stream(hyperparameters_, core::Purpose::Stage, kFirstBranch + branch);
}

void EpisodeViewer::lane_changed() {
  ++time_lines_;
  recalled_.clear();
  evaluated_index_ = -1;
  at_end_ = false;
}

void EpisodeViewer::stand_at_end() {
  const auto& end = kept(last());
  environment_->restore_state(end.state);
  episodes_begun_ = static_cast<std::uint32_t>(end.moment.episode) + 1;
  branch_ = end.branch;
  exploration_ = end.exploration;
  after_ = readable(end);
  const std::array<std::span<const std::byte>, 1> batch = {end.observation};
  policy_->evaluate(batch, after_);
  at_end_ = true;
}

void EpisodeViewer::return_to(std::uint64_t lane, std::int64_t index) {
  if (!past_.has(lane)) throw core::UserError("lane " + std::to_string(lane) + " is not kept: choose another one");
  const auto left = past_.current();
  if (lane != left) {
    past_.return_to(lane);
    lane_changed();
    if (compared_ == lane) compared_ = left;
  }
  seek(index);
}

void EpisodeViewer::add_undo_point(std::uint64_t command, const Place& place) {
  if (!can_go_back()) return;
  undo_points_.push_back({command, place});
  if (undo_points_.size() > kMostUndoPoints) undo_points_.erase(undo_points_.begin());
}

void EpisodeViewer::take_back() {
  std::erase_if(undo_points_, [&](const auto& its) { return !past_.has(its.place.lane); });
  if (undo_points_.empty()) throw core::UserError("nothing was done on the stage that could be taken back");
  const auto place = undo_points_.back().place;
  undo_points_.pop_back();
  return_to(place.lane, place.index);
}

void EpisodeViewer::compare_lane(std::uint64_t lane) {
  if (lane != 0 && !past_.has(lane))
    throw core::UserError("lane " + std::to_string(lane) + " is not kept: choose another one");
  if (lane != 0 && lane == past_.current())
    throw core::UserError("lane " + std::to_string(lane) + " is the one that is seen: choose another one");
  compared_ = lane;
}

void EpisodeViewer::describe_lanes(protocol::StageSnapshot& snapshot) {
  snapshot.lane_count = past_.lane_count();
  snapshot.lanes.clear();
  for (const auto id : past_.lanes(protocol::kLaneLimit)) {
    const auto& lane = past_.lane(id);
    auto& view = snapshot.lanes.emplace_back();
    view.id = id;
    view.origin = lane.origin;
    view.first = past_.first_of(id);
    view.last = past_.last_of(id);
    const bool attached = past_.has(lane.parent) && past_.first_of(lane.parent) <= lane.start;
    view.parent = attached ? lane.parent : 0;
    view.start = attached ? std::max(lane.start, view.first) : view.first;
    view.current = id == past_.current();
    view.episode = lane.episode;
    view.step = lane.step;
    view.return_so_far = lane.return_so_far;
    view.ended = lane.ended;
    view.label = label_of(lane.origin, past_.find(id, lane.start), spec().action_space.names);
  }
  std::erase_if(undo_points_, [&](const auto& its) { return !past_.has(its.place.lane); });
  snapshot.undoable = undo_points_.empty() ? 0 : undo_points_.back().command;
}

void EpisodeViewer::describe_compared(protocol::StageSnapshot& snapshot, protocol::Needs needs) {
  if (!past_.has(compared_) || compared_ == past_.current()) compared_ = 0;
  if (compared_ == 0) {
    snapshot.compared.reset();
    return;
  }
  if (!snapshot.compared) snapshot.compared.emplace();
  auto& compared = *snapshot.compared;
  const auto index = std::clamp(cursor_, past_.first_of(compared_), past_.last_of(compared_));
  const auto& its = *past_.find(compared_, index);
  compared.lane = compared_;
  compared.diverged_at = past_.diverged_at(compared_);
  compared.over = index != cursor_;
  compared.moment = its.moment;
  if (protocol::wants(needs, protocol::Part::Stage)) {
    if (!compared.scene) compared.scene.emplace();
    draw(its, *compared.scene);
  } else {
    compared.scene.reset();
  }
}

}  // namespace qarium::inspect
