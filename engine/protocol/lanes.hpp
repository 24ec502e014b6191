#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace qarium::protocol {

/// How a lane of the watched past began.
enum class LaneOrigin {
  First,     ///< with the time line
  Resumed,   ///< from an earlier moment, with the same random draws
  Branched,  ///< from a moment, with fresh ones
  Acted,     ///< from an earlier moment, with an action chosen by hand
};

/// One lane of the watched past, in a few words. Indices are EpisodeFrame::index; lanes that part share what was
/// before.
struct LaneView {
  std::uint64_t id = 0;      ///< counted from 1 within a time line
  std::uint64_t parent = 0;  ///< the lane it left; 0: none, or that is no longer kept
  LaneOrigin origin = LaneOrigin::First;
  std::int64_t first = 0;  ///< oldest moment kept on the way to it
  std::int64_t start = 0;  ///< where it left its parent; without one, `first`
  std::int64_t last = 0;
  bool current = false;
  std::int64_t episode = 0;  ///< of the moment where it began
  std::int64_t step = 0;     ///< of that moment, within its episode
  /// Of the episode in which it began (of the newest one, for the first lane), as far as it was played on this lane.
  float return_so_far = 0;
  bool ended = false;  ///< that episode has ended
  std::string label;   ///< "from the start", "resumed", "branched", "you: left"
};
/// A snapshot carries at most so many: the current one and the newest.
inline constexpr std::size_t kLaneLimit = 200;

}  // namespace qarium::protocol
