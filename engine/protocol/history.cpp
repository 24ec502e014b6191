#include "engine/protocol/history.hpp"

#include <algorithm>

namespace qarium::protocol {

std::string_view name(Scalar scalar) {
  switch (scalar) {
    case Scalar::EpisodeReturn:
      return "episode_return";
    case Scalar::EpisodeLength:
      return "episode_length";
    case Scalar::Loss:
      return "loss";
    case Scalar::MeanQ:
      return "mean_q";
    case Scalar::TdErrorP50:
      return "td_error_p50";
    case Scalar::TdErrorP95:
      return "td_error_p95";
    case Scalar::Epsilon:
      return "epsilon";
    case Scalar::GradientNorm:
      return "gradient_norm";
    case Scalar::StepsPerSecond:
      return "steps_per_second";
    case Scalar::EvaluationReturn:
      return "evaluation_return";
  }
  return "";
}

History::History(std::size_t capacity) : scalars_(capacity), episodes_(capacity) {
  for (auto& waiting : merged_)
    waiting.count = 0;
}

void History::push(Scalar scalar, std::int64_t step, float value) {
  auto& waiting = merged_[static_cast<std::size_t>(scalar)];
  if (waiting.count == 0) {
    const ScalarPoint point{scalar, step, value, value, value, 1};
    if (!scalars_.try_enqueue(point)) waiting = point;
    return;
  }
  const auto count = waiting.count + 1;
  const float mean = waiting.mean + (value - waiting.mean) / static_cast<float>(count);
  waiting = {scalar, step, std::min(waiting.minimum, value), std::max(waiting.maximum, value), mean, count};
}

void History::push(const EpisodeRecord& record) {
  if (!aside_.empty() || !episodes_.try_enqueue(record)) aside_.push_back(record);
}

void History::flush() {
  for (auto& waiting : merged_) {
    if (waiting.count > 0 && scalars_.try_enqueue(waiting)) waiting.count = 0;
  }
  while (!aside_.empty() && episodes_.try_enqueue(aside_.front()))
    aside_.pop_front();
}

void History::drain(std::vector<ScalarPoint>& scalars, std::vector<EpisodeRecord>& episodes) {
  ScalarPoint point;
  while (scalars_.try_dequeue(point))
    scalars.push_back(point);
  EpisodeRecord record;
  while (episodes_.try_dequeue(record))
    episodes.push_back(record);
}

}  // namespace qarium::protocol
