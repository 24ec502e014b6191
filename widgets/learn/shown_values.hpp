#pragma once
#include <cmath>
#include <span>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "widgets/context.hpp"

namespace qarium::widgets {

/// The numbers of the actions as they are shown: action values as they are, a policy's logits as probabilities.
class ShownValues {
 public:
  ShownValues(const protocol::StageSnapshot& stage, bool probabilities) {
    std::size_t room = stage.moment.action_values.size() + stage.values_now.size();
    for (const auto& frame : stage.history)
      room += frame.action_values.size();
    if (probabilities) storage_.reserve(room);
    const auto shown = [&](const std::vector<float>& values) {
      return probabilities ? softmax(values) : std::span<const float>(values);
    };
    moment = shown(stage.moment.action_values);
    now = shown(stage.values_now);
    for (const auto& frame : stage.history)
      history.push_back(shown(frame.action_values));
  }

  std::span<const float> moment;
  std::span<const float> now;
  std::vector<std::span<const float>> history;

  /// Of the moment's probabilities, in nats.
  float entropy() const {
    double sum = 0;
    for (const float p : moment)
      if (p > 0) sum -= static_cast<double>(p) * std::log(static_cast<double>(p));
    return static_cast<float>(sum);
  }

 private:
  std::span<const float> softmax(const std::vector<float>& logits) {
    const auto first = storage_.size();
    double most = -1e30;
    for (const float logit : logits)
      most = std::max(most, static_cast<double>(logit));
    double sum = 0;
    for (const float logit : logits)
      sum += std::exp(logit - most);
    for (const float logit : logits)
      storage_.push_back(static_cast<float>(std::exp(logit - most) / sum));
    return {storage_.data() + first, logits.size()};
  }

  std::vector<float> storage_;
};

}  // namespace qarium::widgets
