#include "engine/protocol/history.hpp"

#include <algorithm>

namespace qarium::protocol {

History::History(std::size_t capacity) : points_(capacity), episodes_(capacity) {}

void History::push(MetricId metric, std::int64_t step, float value) {
  if (metric >= merged_.size()) merged_.resize(metric + std::size_t{1}, MetricPoint{.count = 0});
  auto& waiting = merged_[metric];
  if (waiting.count == 0) {
    const MetricPoint point{metric, step, value, value, value, 1};
    if (!points_.try_enqueue(point)) waiting = point;
    return;
  }
  const auto count = waiting.count + 1;
  const float mean = waiting.mean + (value - waiting.mean) / static_cast<float>(count);
  waiting = {metric, step, std::min(waiting.minimum, value), std::max(waiting.maximum, value), mean, count};
}

void History::push(const EpisodeRecord& record) {
  if (!aside_.empty() || !episodes_.try_enqueue(record)) aside_.push_back(record);
}

void History::flush() {
  for (auto& waiting : merged_) {
    if (waiting.count > 0 && points_.try_enqueue(waiting)) waiting.count = 0;
  }
  while (!aside_.empty() && episodes_.try_enqueue(aside_.front()))
    aside_.pop_front();
}

void History::drain(std::vector<MetricPoint>& points, std::vector<EpisodeRecord>& episodes) {
  // What is pushed meanwhile comes the next time: a producer that is faster than this loop does not keep it here.
  const auto points_now = points_.size_approx();
  const auto episodes_now = episodes_.size_approx();
  MetricPoint point;
  for (std::size_t i = 0; i < points_now && points_.try_dequeue(point); ++i)
    points.push_back(point);
  EpisodeRecord record;
  for (std::size_t i = 0; i < episodes_now && episodes_.try_dequeue(record); ++i)
    episodes.push_back(record);
}

}  // namespace qarium::protocol
