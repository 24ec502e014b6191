#include "widgets/curves/curves.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::widgets {
namespace {

/// Beyond this many points a changed span is applied to columns of the curve instead of to each of its points.
constexpr std::size_t kExactPoints = 1U << 15U;

}  // namespace

void Curves::extend(Line& line, double x, float mean, double span) {
  ++line.count;
  // Until `span` points have come this is their plain mean, so that the first point does not weigh too much.
  const double weight = std::max(2.0 / (span + 1.0), 1.0 / static_cast<double>(line.count));
  line.mean += std::min(weight, 1.0) * (static_cast<double>(mean) - line.mean);
  line.smooth.append(x, static_cast<float>(line.mean));
}

void Curves::add(const protocol::MetricPoint& point) {
  if (!std::isfinite(point.minimum) || !std::isfinite(point.maximum) || !std::isfinite(point.mean)) return;
  if (point.metric >= lines_.size()) lines_.resize(point.metric + std::size_t{1});
  auto& line = lines_[point.metric];
  line.raw.append(static_cast<double>(point.step), point.minimum, point.maximum, point.mean);
  const double x = line.raw.last_x();
  extend(line, x, point.mean, span_);
  first_x_ = points_ == 0 ? x : std::min(first_x_, x);
  last_x_ = std::max(last_x_, x);
  ++points_;
  ++version_;
}

void Curves::reach(double step) {
  last_x_ = std::max(last_x_, step);
}

void Curves::clear() {
  for (auto& line : lines_) {
    line.raw.clear();
    line.smooth.clear();
    line.mean = 0;
    line.count = 0;
  }
  stamps_.clear();
  first_x_ = 0;
  last_x_ = 0;
  points_ = 0;
  ++version_;
}

void Curves::set_span(int span) {
  span = std::clamp(span, 1, 10'000);
  if (span == span_) return;
  span_ = span;
  std::vector<core::Column> columns;
  for (auto& line : lines_) {
    line.smooth.clear();
    line.mean = 0;
    line.count = 0;
    if (line.raw.empty()) continue;
    line.raw.decimate(line.raw.first_x(), line.raw.last_x(), std::min(line.raw.size(), kExactPoints), columns);
    const double merged =
        static_cast<double>(line.raw.size()) / static_cast<double>(std::max<std::size_t>(columns.size(), 1));
    for (const auto& column : columns)
      extend(line, column.x, column.mean, std::max(1.0, span / std::max(1.0, merged)));
  }
  ++version_;
}

const core::Series& Curves::raw(protocol::MetricId metric) const {
  return metric < lines_.size() ? lines_[metric].raw : none_.raw;
}

const core::Series& Curves::smooth(protocol::MetricId metric) const {
  return metric < lines_.size() ? lines_[metric].smooth : none_.smooth;
}

std::size_t Curves::bytes() const {
  std::size_t bytes = 0;
  for (const auto& line : lines_)
    bytes += sizeof(Line) + line.raw.bytes() + line.smooth.bytes();
  return bytes;
}

}  // namespace qarium::widgets
