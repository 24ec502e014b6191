#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qarium::core {

/// What one screen column shows of a series: the extent and mean of every point that falls in it.
struct Column {
  double x = 0;  ///< mean position of its points
  float minimum = 0;
  float maximum = 0;
  float mean = 0;
};

/// A scalar over time that stays cheap to draw at any length: a pyramid of minimum, maximum and mean over runs of 8
/// points, so that drawing any range costs in proportion to the columns on screen, and no spike is ever lost.
/// Not thread-safe.
class Series {
 public:
  /// x must not decrease; a value that is not finite is dropped and counted.
  void append(double x, float value) { append(x, value, value, value); }
  void append(double x, float minimum, float maximum, float mean);

  std::size_t size() const { return levels_.empty() ? 0 : levels_.front().size(); }
  bool empty() const { return size() == 0; }
  double first_x() const;
  double last_x() const;
  std::size_t dropped() const { return dropped_; }

  /// At most about 2 x `columns` columns that together cover every point in [from, to], left to right, plus the
  /// neighbour on each side so that a line enters and leaves the picture. `out` is overwritten.
  void decimate(double from, double to, std::size_t columns, std::vector<Column>& out) const;

  /// The point nearest to x. Requires !empty().
  Column nearest(double x) const;

  /// Forgets everything.
  void clear();

 private:
  struct Node {
    double first_x = 0;
    double last_x = 0;
    float minimum = 0;
    float maximum = 0;
    float mean = 0;
  };
  static constexpr std::size_t kFanIn = 8;
  /// levels_[k] holds one node for every kFanIn^k points; the last node of a level may still be filling.
  std::vector<std::vector<Node>> levels_;
  std::size_t dropped_ = 0;
};

}  // namespace qarium::core
