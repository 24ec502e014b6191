#include "widgets/learn/shown_values.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::widgets {

ShownValues::ShownValues(const protocol::StageSnapshot& stage, bool probabilities) {
  std::size_t room = stage.moment.action_values.size() + stage.values_now.size();
  for (const auto& frame : stage.history)
    room += frame.action_values.size();
  if (probabilities) storage_.reserve(room);  // what was given out must stay where it is
  const auto shown = [&](const std::vector<float>& values) {
    return probabilities ? softmax(values) : std::span<const float>(values);
  };
  moment = shown(stage.moment.action_values);
  now = shown(stage.values_now);
  history.reserve(stage.history.size());
  for (const auto& frame : stage.history)
    history.push_back(shown(frame.action_values));
}

float ShownValues::entropy() const {
  double sum = 0;
  for (const float p : moment) {
    if (p > 0) sum -= static_cast<double>(p) * std::log(static_cast<double>(p));
  }
  return static_cast<float>(sum);
}

std::span<const float> ShownValues::softmax(const std::vector<float>& logits) {
  if (logits.empty()) return {};
  const auto first = storage_.size();
  const double most = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits)
    sum += std::exp(logit - most);
  for (const float logit : logits)
    storage_.push_back(static_cast<float>(std::exp(logit - most) / sum));
  return {storage_.data() + first, logits.size()};
}

}  // namespace qarium::widgets
