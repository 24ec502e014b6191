#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/inspect/stored_frame.hpp"
#include "engine/protocol/lanes.hpp"

namespace qarium::inspect {

/// The watched past as a tree of moments. Whoever goes on from an earlier one begins a **lane**; what came after that
/// moment stays on the lane that was left. One lane is current: its moments first() .. last(), which it shares with
/// others as far as they went the same way, are the row that is seen, and it grows at its end.
///
/// All together take at most `limit` bytes. Beyond that the oldest moments that are not on the current lane go first,
/// then the oldest of the current one, never its last. A lane that has lost all of its own is gone; one that has lost
/// its first ones begins later. No thread in it.
class EpisodeTree {
 public:
  struct Lane {
    std::uint64_t id = 0;      ///< counted from 1
    std::uint64_t parent = 0;  ///< the lane that it left, be it kept or not; 0: none
    protocol::LaneOrigin origin = protocol::LaneOrigin::First;
    std::int64_t start = 0;    ///< index of the moment where it began
    std::int64_t episode = 0;  ///< of that moment; of the newest one, on the first lane
    std::int64_t step = 0;     ///< of the moment where it began
    float return_so_far = 0;   ///< of that episode, as far as it was played on this lane
    bool ended = false;        ///< that episode has ended
  };

  explicit EpisodeTree(std::size_t limit) : limit_(limit) {}

  /// Forgets everything; lanes and indices are counted anew.
  void clear();
  /// Keeps a moment at the end of the current lane and gives it its index. The first of all begins lane 1.
  void append(StoredFrame frame);
  /// Begins a lane at this moment, which becomes current and ends there: with a copy of the moment, from which no
  /// action was taken yet. first() <= index <= last().
  void fork(std::int64_t index, protocol::LaneOrigin origin);
  /// Makes a lane current. It must be kept.
  void return_to(std::uint64_t lane);

  bool empty() const { return path_.empty(); }
  std::int64_t first() const { return path_.empty() ? 0 : path_.front()->start; }
  std::int64_t last() const { return path_.empty() ? -1 : path_.back()->end() - 1; }
  std::uint64_t current() const { return path_.empty() ? 0 : path_.back()->lane.id; }
  /// Of the current lane, first() .. last().
  StoredFrame& at(std::int64_t index);
  const StoredFrame& at(std::int64_t index) const;
  /// Calls f(frame) for each of them, oldest first.
  template <class F>
  void each(F&& f) const {
    for (const auto* segment : path_) {
      for (const auto& frame : segment->frames)
        f(frame);
    }
  }
  /// Counts the bytes of a frame again that was changed from outside; fit() then lets the oldest go.
  void count(StoredFrame& frame);
  void fit();
  /// Lets `change` loose on every frame of all lanes.
  template <class Change>
  void change_all(Change&& change) {
    for (auto& segment : segments_) {
      for (auto& frame : segment->frames) {
        change(frame);
        count(frame);
      }
    }
  }

  /// All lanes; `put_frame` writes a moment.
  void write(core::ByteWriter& out, const std::function<void(const StoredFrame&)>& put_frame) const;
  /// What was written in place of what is here. `retrace` gives each moment what was not written of it: it follows the
  /// other one, or begins a past where that is null; false where it cannot be told without what came before, and it is
  /// forgotten. Throws core::UserError where the bytes are no past, and is as it was.
  void read(core::ByteReader& in, const std::function<StoredFrame()>& get_frame,
            const std::function<bool(StoredFrame&, const StoredFrame*)>& retrace);

  std::size_t bytes() const { return bytes_; }
  std::size_t limit() const { return limit_; }

  /// How many are kept.
  std::size_t lane_count() const { return leaves_.size(); }
  /// The current one and the newest, `most` in all, by id.
  std::vector<std::uint64_t> lanes(std::size_t most) const;
  bool has(std::uint64_t lane) const { return leaf(lane) != nullptr; }
  // Of a lane that is kept.
  const Lane& lane(std::uint64_t id) const { return leaf(id)->lane; }
  std::int64_t first_of(std::uint64_t lane) const;
  std::int64_t last_of(std::uint64_t lane) const { return leaf(lane)->end() - 1; }
  /// nullptr where that lane has no moment of this index.
  const StoredFrame* find(std::uint64_t lane, std::int64_t index) const;
  /// The first index that is not the same moment on this lane and the current one; where they have none in common that
  /// is kept, the lane's first.
  std::int64_t diverged_at(std::uint64_t lane) const;

 private:
  /// A row of moments that the same lanes have. The last one of a lane carries it.
  struct Segment {
    Segment* parent = nullptr;  ///< null where nothing before it is kept
    std::int64_t start = 0;
    std::deque<StoredFrame> frames;  ///< never empty
    Lane lane;                       ///< id 0 where none ends here
    bool on_path = false;
    std::int64_t end() const { return start + static_cast<std::int64_t>(frames.size()); }
  };

  /// What was read becomes a tree: the parent of each segment, by number.
  void join(core::ByteReader& in, const std::vector<std::int64_t>& parents);
  void retrace_all(const std::function<bool(StoredFrame&, const StoredFrame*)>& retrace);
  Segment* leaf(std::uint64_t lane) const;
  Segment* add_segment(Segment* parent, std::int64_t start);
  void remove(Segment* segment);
  void choose(Segment* leaf);
  std::size_t place_on_path(std::int64_t index) const;
  void forget_oldest_of(Segment* segment);

  std::size_t limit_;
  std::size_t bytes_ = 0;
  std::uint64_t born_ = 0;
  std::uint64_t lanes_begun_ = 0;
  std::vector<std::unique_ptr<Segment>> segments_;
  std::vector<Segment*> leaves_;  ///< by lane
  std::vector<Segment*> path_;    ///< those of the current lane, oldest first
};

}  // namespace qarium::inspect
