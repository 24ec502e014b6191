// The watched past as bytes, and back.
#include <algorithm>
#include <map>

#include "engine/inspect/episode_tree.hpp"

namespace qarium::inspect {
namespace {

constexpr std::int64_t kNoParent = -1;

void put(core::ByteWriter& out, const EpisodeTree::Lane& lane) {
  out.put(lane.id);
  out.put(lane.parent);
  out.put(lane.origin);
  out.put(lane.start);
  out.put(lane.episode);
  out.put(lane.step);
  out.put(lane.return_so_far);
  out.put(lane.ended);
}

EpisodeTree::Lane get_lane(core::ByteReader& in) {
  EpisodeTree::Lane lane;
  lane.id = in.get<std::uint64_t>();
  lane.parent = in.get<std::uint64_t>();
  lane.origin = in.get<protocol::LaneOrigin>();
  lane.start = in.get<std::int64_t>();
  lane.episode = in.get<std::int64_t>();
  lane.step = in.get<std::int64_t>();
  lane.return_so_far = in.get<float>();
  lane.ended = in.get_flag();
  in.require(lane.origin >= protocol::LaneOrigin::First && lane.origin <= protocol::LaneOrigin::Acted,
             "holds a lane that began in no known way");
  return lane;
}

}  // namespace

void EpisodeTree::write(core::ByteWriter& out, const std::function<void(const StoredFrame&)>& put_frame) const {
  std::map<const Segment*, std::int64_t> places;
  for (const auto& segment : segments_)
    places.emplace(segment.get(), static_cast<std::int64_t>(places.size()));
  out.put(lanes_begun_);
  out.put(current());
  out.put(static_cast<std::uint64_t>(segments_.size()));
  for (const auto& segment : segments_) {
    out.put(segment->parent == nullptr ? kNoParent : places.at(segment->parent));
    out.put(segment->start);
    put(out, segment->lane);
    out.put(static_cast<std::uint64_t>(segment->frames.size()));
    for (const auto& frame : segment->frames) {
      out.put(frame.born);
      put_frame(frame);
    }
  }
}

void EpisodeTree::read(core::ByteReader& in, const std::function<StoredFrame()>& get_frame,
                       const std::function<bool(StoredFrame&, const StoredFrame*)>& retrace) {
  EpisodeTree tree(limit_);
  tree.lanes_begun_ = in.get<std::uint64_t>();
  const auto current = in.get<std::uint64_t>();
  std::vector<std::int64_t> parents;
  for (auto left = in.get<std::uint64_t>(); left > 0; --left) {
    parents.push_back(in.get<std::int64_t>());
    auto* segment = tree.add_segment(nullptr, in.get<std::int64_t>());
    segment->lane = get_lane(in);
    const auto frames = in.get<std::uint64_t>();
    in.require(frames > 0 && segment->start >= 0, "holds a part of the past without a moment");
    for (std::uint64_t i = 0; i < frames; ++i) {
      const auto born = in.get<std::uint64_t>();
      auto frame = get_frame();
      in.require(frame.moment.index == segment->end(), "holds moments that do not follow each other");
      frame.born = born;
      tree.born_ = std::max(tree.born_, born);
      segment->frames.push_back(std::move(frame));
    }
    if (segment->lane.id > 0) tree.leaves_.push_back(segment);
  }
  tree.join(in, parents);
  tree.retrace_all(retrace);
  auto* leaf = tree.leaf(current);
  in.require(leaf != nullptr, "holds no current lane");
  tree.choose(leaf);
  tree.fit();
  *this = std::move(tree);
}

void EpisodeTree::join(core::ByteReader& in, const std::vector<std::int64_t>& parents) {
  std::vector<bool> goes_on(segments_.size());
  for (std::size_t i = 0; i < parents.size(); ++i) {
    if (parents[i] == kNoParent) continue;
    in.require(parents[i] >= 0 && parents[i] < static_cast<std::int64_t>(segments_.size()), "holds a lane of nothing");
    const auto parent = static_cast<std::size_t>(parents[i]);
    segments_[i]->parent = segments_[parent].get();
    goes_on[parent] = true;
    // Every part has a moment, so that no part can come before itself.
    in.require(segments_[parent]->end() == segments_[i]->start, "holds lanes that do not hang together");
  }
  std::ranges::sort(leaves_, {}, [](const auto* leaf) { return leaf->lane.id; });
  const auto twice = std::ranges::adjacent_find(leaves_, {}, [](const auto* leaf) { return leaf->lane.id; });
  in.require(twice == leaves_.end() && (leaves_.empty() || leaves_.back()->lane.id <= lanes_begun_),
             "holds lanes that were not counted");
  for (std::size_t i = 0; i < segments_.size(); ++i)
    in.require(!goes_on[i] || segments_[i]->lane.id == 0, "holds a lane that ends before it has ended");
}

void EpisodeTree::retrace_all(const std::function<bool(StoredFrame&, const StoredFrame*)>& retrace) {
  std::vector<Segment*> earlier_first;
  earlier_first.reserve(segments_.size());
  for (const auto& segment : segments_)
    earlier_first.push_back(segment.get());
  std::ranges::stable_sort(earlier_first, {}, &Segment::start);
  for (auto* segment : earlier_first) {
    const StoredFrame* before = segment->parent == nullptr ? nullptr : &segment->parent->frames.back();
    std::size_t at = 0;
    while (at < segment->frames.size()) {
      auto& frame = segment->frames[at];
      if (retrace(frame, before)) {
        count(frame);
        before = &frame;
        ++at;
      } else if (segment->frames.size() == 1) {
        remove(segment);
        break;
      } else {
        segment->frames.pop_front();
        ++segment->start;
        segment->parent = nullptr;
      }
    }
  }
}

}  // namespace qarium::inspect
