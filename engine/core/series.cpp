#include "engine/core/series.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::core {
namespace {

/// Never longer than it is, so that runs do not overlap.
float span_between(double first_x, double last_x) {
  const auto span = static_cast<float>(last_x - first_x);
  return last_x - static_cast<double>(span) < first_x ? std::nextafter(span, 0.0F) : span;
}

/// The first of 0 .. size - 1 for which `holds`; it holds for all behind that one.
template <class Holds>
std::size_t first_that(std::size_t size, Holds holds) {
  std::size_t begin = 0;
  while (begin < size) {
    const std::size_t middle = begin + (size - begin) / 2;
    if (holds(middle)) {
      size = middle;
    } else {
      begin = middle + 1;
    }
  }
  return begin;
}

}  // namespace

void Series::append(double x, float minimum, float maximum, float mean) {
  if (!std::isfinite(x) || !std::isfinite(minimum) || !std::isfinite(maximum) || !std::isfinite(mean)) {
    ++dropped_;
    return;
  }
  if (levels_.empty()) {
    levels_.emplace_back();
  } else {
    x = std::max(x, last_x());
  }
  if (size_ % resolution_ == 0 && levels_.front().runs.size() == kMostRuns) drop_finest_level();
  std::size_t length = resolution_;
  for (auto& level : levels_) {
    add(level, length, {x, 0, minimum, maximum, mean});
    length *= kFanIn;
  }
  ++size_;
  if (levels_.back().runs.size() > 1) add_coarser_level();
}

void Series::add(Level& level, std::size_t length, const Run& point) {
  auto& filling = level.filling;
  if (filling.points == length) filling = {};
  const bool begins = filling.points++ == 0;
  filling.sum += static_cast<double>(point.mean);
  if (begins) {
    filling.first_x = point.last_x;
    level.runs.push_back(point);
    return;
  }
  auto& run = level.runs.back();
  run.last_x = point.last_x;
  run.span = span_between(filling.first_x, point.last_x);
  run.minimum = std::min(run.minimum, point.minimum);
  run.maximum = std::max(run.maximum, point.maximum);
  run.mean = static_cast<float>(filling.sum / static_cast<double>(filling.points));
}

/// Its only run covers the two of the level below: a full one and one that has just begun.
void Series::add_coarser_level() {
  const auto& below = levels_.back();
  const Run& first = below.runs.front();
  const Run& second = below.runs.back();
  Level level;
  level.filling.first_x = first.first_x();
  level.filling.points = size_;
  level.filling.sum =
      static_cast<double>(first.mean) * static_cast<double>(size_ - below.filling.points) + below.filling.sum;
  level.runs.push_back({second.last_x, span_between(level.filling.first_x, second.last_x),
                        std::min(first.minimum, second.minimum), std::max(first.maximum, second.maximum),
                        static_cast<float>(level.filling.sum / static_cast<double>(size_))});
  levels_.push_back(std::move(level));
}

void Series::drop_finest_level() {
  levels_.erase(levels_.begin());
  resolution_ *= kFanIn;
}

double Series::first_x() const {
  return levels_.front().runs.front().first_x();
}
double Series::last_x() const {
  return levels_.front().runs.back().last_x;
}

std::size_t Series::bytes() const {
  std::size_t bytes = levels_.capacity() * sizeof(Level);
  for (const auto& level : levels_)
    bytes += level.runs.bytes();
  return bytes;
}

void Series::decimate(double from, double to, std::size_t columns, std::vector<Column>& out) const {
  out.clear();
  if (empty() || columns == 0 || !(from <= to)) return;
  const auto& finest = levels_.front().runs;
  auto begin = first_that(finest.size(), [&](std::size_t i) { return finest[i].last_x >= from; });
  auto end = first_that(finest.size(), [&](std::size_t i) { return finest[i].first_x() > to; });
  begin -= begin > 0 ? 1 : 0;
  end += end < finest.size() ? 1 : 0;

  // The finest level that needs at most two runs a column; these are grouped so that no more columns come out.
  std::size_t k = 0;
  std::size_t of_finest = 1;
  while (k + 1 < levels_.size() && (end - begin) / of_finest > 2 * columns) {
    ++k;
    of_finest *= kFanIn;
  }
  const auto& runs = levels_[k].runs;
  const std::size_t length = resolution_ * of_finest;
  const std::size_t first = begin / of_finest;
  const std::size_t last = std::min(runs.size(), (end + of_finest - 1) / of_finest);
  const std::size_t group = std::max<std::size_t>(1, (last - first + 2 * columns - 1) / (2 * columns));
  for (std::size_t i = first; i < last; i += group) {
    const std::size_t stop = std::min(last, i + group);
    Column column{(runs[i].first_x() + runs[stop - 1].last_x) / 2, runs[i].minimum, runs[i].maximum, 0};
    double sum = 0;
    for (std::size_t j = i; j < stop; ++j) {
      column.minimum = std::min(column.minimum, runs[j].minimum);
      column.maximum = std::max(column.maximum, runs[j].maximum);
      sum += static_cast<double>(runs[j].mean) * static_cast<double>(std::min(length, size_ - j * length));
    }
    column.mean = static_cast<float>(sum / static_cast<double>(std::min(stop * length, size_) - i * length));
    out.push_back(column);
  }
}

Column Series::nearest(double x) const {
  const auto& runs = levels_.front().runs;
  auto at = first_that(runs.size(), [&](std::size_t i) { return runs[i].last_x >= x; });
  if (at == runs.size()) --at;
  if (at > 0 && x - runs[at - 1].last_x < runs[at].first_x() - x) --at;
  const auto& run = runs[at];
  return {(run.first_x() + run.last_x) / 2, run.minimum, run.maximum, run.mean};
}

Column Series::last() const {
  const auto& runs = levels_.front().runs;
  const auto& run = runs[runs.size() - 1];
  return {run.last_x, run.minimum, run.maximum, run.mean};
}

void Series::clear() {
  levels_.clear();
  size_ = 0;
  resolution_ = 1;
  dropped_ = 0;
}

}  // namespace qarium::core
