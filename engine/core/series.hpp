#pragma once
#include <cstddef>
#include <vector>

#include "engine/core/bytes.hpp"
#include "engine/core/chunked_vector.hpp"

namespace qarium::core {

/// What one screen column shows of a series: the extent and mean of every point that falls in it.
struct Column {
  double x = 0;  ///< middle of its points
  float minimum = 0;
  float maximum = 0;
  float mean = 0;
};

/// A scalar over time that stays cheap to draw and to keep at any length: a pyramid of minimum, maximum and mean over
/// runs of points, four of one level to a run of the next. Drawing any range costs in proportion to the columns on
/// screen. Where the finest level would hold more than kMostRuns it is dropped, and the next one takes its place: from
/// there on that many times more points share a run, and no spike is ever lost. Not thread-safe.
class Series {
 public:
  /// Runs in the finest level at most; as many points are kept one by one.
  static constexpr std::size_t kMostRuns = 1U << 17U;
  /// What a series may hold of the heap, whatever its length: 5 MB.
  static constexpr std::size_t kMostBytes = 5'000'000;

  /// An x below the last one is taken for it; a value that is not finite is dropped and counted.
  void append(double x, float value) { append(x, value, value, value); }
  void append(double x, float minimum, float maximum, float mean);

  /// Points taken, however many of them now share a run.
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }
  double first_x() const;
  double last_x() const;
  std::size_t dropped() const { return dropped_; }
  /// Points in a run of the finest level: 1 while each is kept by itself.
  std::size_t resolution() const { return resolution_; }
  /// What it holds of the heap.
  std::size_t bytes() const;

  /// At most about 2 x `columns` columns that together cover every point in [from, to], left to right, plus the
  /// neighbour on each side so that a line enters and leaves the picture. `out` is overwritten.
  void decimate(double from, double to, std::size_t columns, std::vector<Column>& out) const;

  /// The point, or run of points, nearest to x. Requires !empty().
  Column nearest(double x) const;
  /// The newest point, or the run of points that holds it, of several at one x the last. Requires !empty().
  Column last() const;

  /// Forgets everything.
  void clear();

  /// All that it holds, with at most `most_runs` in the finest level: where it has more, as if it were that much
  /// longer.
  void write(ByteWriter& out, std::size_t most_runs = kMostRuns) const;
  /// What was written. Throws core::UserError where the bytes are not those of a series.
  static Series read(ByteReader& in);

 private:
  struct Run {
    double last_x = 0;
    float span = 0;  ///< back to its first point
    float minimum = 0;
    float maximum = 0;
    float mean = 0;

    double first_x() const { return last_x - static_cast<double>(span); }
  };
  /// The run that still fills, in full precision.
  struct Filling {
    double first_x = 0;
    double sum = 0;  ///< of its points' means
    std::size_t points = 0;
  };
  struct Level {
    ChunkedVector<Run> runs;  ///< the last one may still be filling
    Filling filling;
  };
  static constexpr std::size_t kFanIn = 4;

  void add(Level& level, std::size_t length, const Run& point);
  static Level read_level(ByteReader& in, std::size_t points, std::size_t length);
  void add_coarser_level();
  void drop_finest_level();

  /// levels_[k] holds one run for every resolution_ x kFanIn^k points.
  std::vector<Level> levels_;
  std::size_t size_ = 0;
  std::size_t resolution_ = 1;
  std::size_t dropped_ = 0;
};

}  // namespace qarium::core
