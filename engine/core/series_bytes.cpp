// A series as bytes, and back.
#include <algorithm>
#include <cmath>

#include "engine/core/series.hpp"

namespace qarium::core {
namespace {

/// More points than anybody will see; with so many levels they have one run.
constexpr std::uint64_t kMostPoints = std::uint64_t{1} << 52U;
constexpr std::uint64_t kMostLevels = 27;

std::size_t divided_up(std::size_t a, std::size_t b) {
  return a / b + (a % b == 0 ? 0 : 1);
}

}  // namespace

void Series::write(ByteWriter& out, std::size_t most_runs) const {
  std::size_t first = 0;
  std::uint64_t resolution = resolution_;
  while (first + 1 < levels_.size() && levels_[first].runs.size() > most_runs) {
    ++first;
    resolution *= kFanIn;
  }
  out.put(static_cast<std::uint64_t>(size_));
  out.put(resolution);
  out.put(static_cast<std::uint64_t>(dropped_));
  out.put(static_cast<std::uint64_t>(levels_.size() - first));
  for (auto k = first; k < levels_.size(); ++k) {
    const auto& [runs, filling] = levels_[k];
    out.put(filling);
    for (std::size_t i = 0; i < runs.size(); ++i)
      out.put(runs[i]);
  }
}

Series Series::read(ByteReader& in) {
  Series series;
  const auto size = in.get<std::uint64_t>();
  const auto resolution = in.get<std::uint64_t>();
  series.dropped_ = in.get<std::uint64_t>();
  const auto levels = in.get<std::uint64_t>();
  in.require(size <= kMostPoints && levels <= kMostLevels && (levels == 0) == (size == 0), "holds no such series");
  in.require(resolution >= 1 && resolution <= kMostPoints, "holds a series of no such resolution");
  series.size_ = size;
  series.resolution_ = resolution;
  std::size_t length = resolution;
  for (std::uint64_t k = 0; k < levels; ++k) {
    series.levels_.push_back(read_level(in, size, length));
    in.require(length <= kMostPoints, "holds a series of too many levels");
    length *= kFanIn;
  }
  in.require(levels == 0 || (series.levels_.front().runs.size() <= kMostRuns && series.levels_.back().runs.size() == 1),
             "holds a series that was not built as one");
  return series;
}

Series::Level Series::read_level(ByteReader& in, std::size_t points, std::size_t length) {
  Level level;
  level.filling = in.get<Filling>();
  in.require(level.filling.points >= 1 && level.filling.points <= length && std::isfinite(level.filling.first_x) &&
                 std::isfinite(level.filling.sum),
             "holds a series that was not built as one");
  double before = -std::numeric_limits<double>::infinity();
  for (auto left = divided_up(points, length); left > 0; --left) {
    const auto run = in.get<Run>();
    in.require(std::isfinite(run.last_x) && run.last_x >= before && std::isfinite(run.span) && run.span >= 0 &&
                   std::isfinite(run.minimum) && std::isfinite(run.maximum) && std::isfinite(run.mean),
               "holds a series with what is no number");
    before = run.last_x;
    level.runs.push_back(run);
  }
  return level;
}

}  // namespace qarium::core
