#include "engine/core/series.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::core {

void Series::append(double x, float minimum, float maximum, float mean) {
  if (!std::isfinite(x) || !std::isfinite(minimum) || !std::isfinite(maximum) || !std::isfinite(mean)) {
    ++dropped_;
    return;
  }
  if (levels_.empty()) levels_.emplace_back();
  levels_.front().push_back({x, x, minimum, maximum, mean});
  // Each level's last node covers the points that have arrived of its run so far.
  std::size_t run = 1;
  for (std::size_t k = 1;; ++k) {
    run *= kFanIn;
    const std::size_t points = levels_.front().size();
    if (k == levels_.size()) {
      if (levels_[k - 1].size() < 2) break;
      levels_.emplace_back();
    }
    auto& level = levels_[k];
    const std::size_t within = (points - 1) % run;  // points of this run before the new one
    if (within == 0 || level.empty()) {
      if (within == 0) {
        level.push_back({x, x, minimum, maximum, mean});
        continue;
      }
      // A level that has just come to be: its only node covers everything so far.
      const auto& below = levels_[k - 1];
      Node node = below.front();
      double sum = 0;
      for (const auto& child : below) {
        node.last_x = child.last_x;
        node.minimum = std::min(node.minimum, child.minimum);
        node.maximum = std::max(node.maximum, child.maximum);
      }
      for (const auto& point : levels_.front())
        sum += point.mean;
      node.mean = static_cast<float>(sum / static_cast<double>(points));
      level.push_back(node);
      continue;
    }
    auto& node = level.back();
    node.last_x = x;
    node.minimum = std::min(node.minimum, minimum);
    node.maximum = std::max(node.maximum, maximum);
    node.mean += (mean - node.mean) / static_cast<float>(within + 1);
  }
}

double Series::first_x() const {
  return levels_.front().front().first_x;
}
double Series::last_x() const {
  return levels_.front().back().last_x;
}

void Series::decimate(double from, double to, std::size_t columns, std::vector<Column>& out) const {
  out.clear();
  if (empty() || columns == 0 || !(from <= to)) return;
  const auto& points = levels_.front();
  const auto before = [](const Node& node, double x) { return node.last_x < x; };
  const auto after = [](double x, const Node& node) { return x < node.first_x; };
  auto begin = static_cast<std::size_t>(std::lower_bound(points.begin(), points.end(), from, before) - points.begin());
  auto end = static_cast<std::size_t>(std::upper_bound(points.begin(), points.end(), to, after) - points.begin());
  begin -= begin > 0 ? 1 : 0;
  end += end < points.size() ? 1 : 0;

  // The finest level that needs at most two nodes a column; its nodes are grouped so that no more columns come out.
  std::size_t k = 0;
  std::size_t run = 1;
  while (k + 1 < levels_.size() && (end - begin) / run > 2 * columns) {
    ++k;
    run *= kFanIn;
  }
  const auto& level = levels_[k];
  const std::size_t first = begin / run;
  const std::size_t last = std::min(level.size(), (end + run - 1) / run);
  const std::size_t group = std::max<std::size_t>(1, (last - first + 2 * columns - 1) / (2 * columns));
  for (std::size_t i = first; i < last; i += group) {
    const std::size_t stop = std::min(last, i + group);
    Column column{(level[i].first_x + level[stop - 1].last_x) / 2, level[i].minimum, level[i].maximum, 0};
    double sum = 0;
    for (std::size_t j = i; j < stop; ++j) {
      column.minimum = std::min(column.minimum, level[j].minimum);
      column.maximum = std::max(column.maximum, level[j].maximum);
      sum += level[j].mean;
    }
    column.mean = static_cast<float>(sum / static_cast<double>(stop - i));
    out.push_back(column);
  }
}

Column Series::nearest(double x) const {
  const auto& points = levels_.front();
  auto right = std::lower_bound(points.begin(), points.end(), x,
                                [](const Node& node, double value) { return node.last_x < value; });
  if (right == points.end()) --right;
  if (right != points.begin() && x - std::prev(right)->last_x < right->first_x - x) --right;
  return {right->first_x, right->minimum, right->maximum, right->mean};
}

void Series::clear() {
  levels_.clear();
  dropped_ = 0;
}

}  // namespace qarium::core
