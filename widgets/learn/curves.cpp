#include "widgets/learn/curves.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::widgets {
namespace {

/// Beyond this many points a changed span is applied to columns of the curve instead of to each of its points.
constexpr std::size_t kExactPoints = 1U << 20U;

}  // namespace

void Curves::extend(Line& line, double x, float mean, double span) {
  ++line.count;
  // Until `span` points have come this is their plain mean, so that the first point does not weigh too much.
  const double weight = std::max(2.0 / (span + 1.0), 1.0 / static_cast<double>(line.count));
  line.mean += std::min(weight, 1.0) * (static_cast<double>(mean) - line.mean);
  line.smooth.append(x, static_cast<float>(line.mean));
}

void Curves::append(protocol::Scalar scalar, double x, float minimum, float maximum, float mean) {
  if (!std::isfinite(x) || !std::isfinite(minimum) || !std::isfinite(maximum) || !std::isfinite(mean)) return;
  auto& line = lines_[index(scalar)];
  if (!line.raw.empty()) x = std::max(x, line.raw.last_x());
  line.raw.append(x, minimum, maximum, mean);
  extend(line, x, mean, span_);
  first_x_ = points_ == 0 ? x : std::min(first_x_, x);
  last_x_ = points_ == 0 ? x : std::max(last_x_, x);
  ++points_;
  ++version_;
}

void Curves::add(const protocol::ScalarPoint& point) {
  append(point.scalar, static_cast<double>(point.step), point.minimum, point.maximum, point.mean);
}

void Curves::add(const protocol::EpisodeRecord& record) {
  const auto x = static_cast<double>(record.step);
  const auto length = static_cast<float>(record.length);
  append(protocol::Scalar::EpisodeReturn, x, record.episode_return, record.episode_return, record.episode_return);
  append(protocol::Scalar::EpisodeLength, x, length, length, length);
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

}  // namespace qarium::widgets
