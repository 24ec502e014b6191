#include "engine/inspect/episode_tree.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <string>
#include <utility>

namespace qarium::inspect {

void EpisodeTree::clear() {
  path_.clear();
  leaves_.clear();
  segments_.clear();
  bytes_ = 0;
  lanes_begun_ = 0;
}

EpisodeTree::Segment* EpisodeTree::add_segment(Segment* parent, std::int64_t start) {
  auto segment = std::make_unique<Segment>();
  segment->parent = parent;
  segment->start = start;
  return segments_.emplace_back(std::move(segment)).get();
}

EpisodeTree::Segment* EpisodeTree::leaf(std::uint64_t lane) const {
  const auto found = std::lower_bound(leaves_.begin(), leaves_.end(), lane,
                                      [](const auto* its, auto id) { return its->lane.id < id; });
  return found != leaves_.end() && (*found)->lane.id == lane ? *found : nullptr;
}

void EpisodeTree::append(StoredFrame frame) {
  if (path_.empty()) {
    auto* root = add_segment(nullptr, 0);
    root->lane.id = ++lanes_begun_;
    leaves_.push_back(root);
    choose(root);
  }
  auto& end = *path_.back();
  frame.moment.index = end.end();
  frame.born = ++born_;
  frame.counted = 0;
  const auto& moment = frame.moment;
  auto& lane = end.lane;
  if (lane.origin == protocol::LaneOrigin::First) lane.episode = moment.episode;
  if (lane.episode == moment.episode) {
    lane.return_so_far = moment.return_so_far;
    lane.ended = moment.terminated || moment.truncated;
  }
  count(end.frames.emplace_back(std::move(frame)));
  fit();
}

void EpisodeTree::fork(std::int64_t index, protocol::LaneOrigin origin) {
  const auto place = place_on_path(index);
  auto* from = path_[place];
  StoredFrame copy = at(index);
  Lane lane;
  lane.id = lanes_begun_ + 1;
  lane.parent = current();
  lane.origin = origin;
  lane.start = index;
  lane.episode = copy.moment.episode;
  lane.step = copy.moment.step;
  lane.return_so_far = copy.moment.return_so_far;
  lane.ended = copy.moment.terminated || copy.moment.truncated;
  auto* before = from->parent;
  if (index > from->start) {
    // What all have in common becomes a segment of its own; the rest keeps its lane and its children.
    before = add_segment(from->parent, from->start);
    const auto middle = from->frames.begin() + (index - from->start);
    std::move(from->frames.begin(), middle, std::back_inserter(before->frames));
    from->frames.erase(from->frames.begin(), middle);
    from->start = index;
    from->parent = before;
  }
  auto* segment = add_segment(before, index);
  ++lanes_begun_;
  segment->lane = lane;
  leaves_.push_back(segment);
  copy.born = ++born_;
  copy.counted = 0;
  copy.moment.action = -1;
  copy.moment.chosen_by_user = copy.moment.exploratory = false;
  count(segment->frames.emplace_back(std::move(copy)));
  choose(segment);
  fit();
}

void EpisodeTree::return_to(std::uint64_t lane) {
  auto* its = leaf(lane);
  if (its == nullptr) throw std::logic_error("lane " + std::to_string(lane) + " is not kept");
  choose(its);
}

void EpisodeTree::choose(Segment* leaf) {
  for (auto* segment : path_)
    segment->on_path = false;
  path_.clear();
  for (auto* segment = leaf; segment != nullptr; segment = segment->parent) {
    segment->on_path = true;
    path_.push_back(segment);
  }
  std::reverse(path_.begin(), path_.end());
}

std::size_t EpisodeTree::place_on_path(std::int64_t index) const {
  if (index < first() || index > last()) throw std::logic_error("moment " + std::to_string(index) + " is not kept");
  const auto after = std::upper_bound(path_.begin(), path_.end(), index,
                                      [](auto wanted, const auto* segment) { return wanted < segment->start; });
  return static_cast<std::size_t>(after - path_.begin()) - 1;
}

StoredFrame& EpisodeTree::at(std::int64_t index) {
  auto& segment = *path_[place_on_path(index)];
  return segment.frames[static_cast<std::size_t>(index - segment.start)];
}

const StoredFrame& EpisodeTree::at(std::int64_t index) const {
  const auto& segment = *path_[place_on_path(index)];
  return segment.frames[static_cast<std::size_t>(index - segment.start)];
}

void EpisodeTree::count(StoredFrame& frame) {
  const auto bytes = bytes_of(frame);
  bytes_ = bytes_ - frame.counted + bytes;
  frame.counted = bytes;
}

void EpisodeTree::fit() {
  while (bytes_ > limit_) {
    Segment* oldest = nullptr;
    if (segments_.size() > path_.size()) {
      for (const auto& segment : segments_) {
        if (segment->on_path) continue;
        if (oldest == nullptr || segment->frames.front().born < oldest->frames.front().born) oldest = segment.get();
      }
    }
    if (oldest == nullptr && last() > first()) oldest = path_.front();
    if (oldest == nullptr) return;
    forget_oldest_of(oldest);
  }
}

void EpisodeTree::forget_oldest_of(Segment* segment) {
  bytes_ -= segment->frames.front().counted;
  segment->frames.pop_front();
  ++segment->start;
  segment->parent = nullptr;
  if (segment->frames.empty()) remove(segment);
}

void EpisodeTree::remove(Segment* segment) {
  for (auto& other : segments_) {
    if (other->parent == segment) other->parent = nullptr;
  }
  std::erase(leaves_, segment);
  std::erase(path_, segment);
  std::erase_if(segments_, [&](const auto& other) { return other.get() == segment; });
}

std::vector<std::uint64_t> EpisodeTree::lanes(std::size_t most) const {
  std::vector<std::uint64_t> ids;
  const auto begin = leaves_.size() - std::min(most, leaves_.size());
  for (auto i = begin; i < leaves_.size(); ++i)
    ids.push_back(leaves_[i]->lane.id);
  if (!ids.empty() && current() < ids.front()) ids.front() = current();
  return ids;
}

std::int64_t EpisodeTree::first_of(std::uint64_t lane) const {
  const auto* segment = leaf(lane);
  while (segment->parent != nullptr)
    segment = segment->parent;
  return segment->start;
}

const StoredFrame* EpisodeTree::find(std::uint64_t lane, std::int64_t index) const {
  const Segment* segment = leaf(lane);
  if (segment == nullptr || index >= segment->end()) return nullptr;
  while (segment != nullptr && index < segment->start)
    segment = segment->parent;
  return segment == nullptr ? nullptr : &segment->frames[static_cast<std::size_t>(index - segment->start)];
}

std::int64_t EpisodeTree::diverged_at(std::uint64_t lane) const {
  const Segment* segment = leaf(lane);
  while (!segment->on_path) {
    if (segment->parent == nullptr) return segment->start;
    segment = segment->parent;
  }
  return segment->end();
}

}  // namespace qarium::inspect
