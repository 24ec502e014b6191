#include <algorithm>
#include <cmath>

#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/dqn/value_loss.hpp"
#include "engine/agent/dqn/value_rescaling.hpp"

namespace qarium::agent {
namespace {

/// Of sequences in double, as their rescaling needs it.
float target_in_double(const Transition& step, double bootstrap, bool rescaled) {
  const double y = step.reward + step.discount * (rescaled ? rescale_inverse(bootstrap) : bootstrap);
  return static_cast<float>(rescaled ? rescale(y) : y);
}

class ScalarLoss final : public ValueLoss {
 public:
  explicit ScalarLoss(const config::Hyperparameters& h)
      : hyperparameters_(h), loss_of_(td_loss(h.loss)), recurrent_(h.memory.kind != "none") {}

  StepLoss of(const Transition& step, const StepOutputs& outputs, std::span<float> slope) override {
    const float q = outputs.here.front();
    const float y = target(step, outputs);
    const float error = q - y;
    const auto [value, derivative] = loss_of_(error);
    slope.front() = derivative;
    return {value, q, y, std::abs(error)};
  }

 private:
  float target(const Transition& step, const StepOutputs& outputs) const {
    if (hyperparameters_.munchausen)
      return static_cast<float>(munchausen_target(step, outputs.here_target, outputs.next_target, hyperparameters_));
    const float bootstrap = outputs.next.front();
    if (recurrent_) return target_in_double(step, bootstrap, hyperparameters_.value_rescaling);
    return step.reward + step.discount * bootstrap;
  }

  config::Hyperparameters hyperparameters_;
  Loss (*loss_of_)(float);
  bool recurrent_;
};

/// tau ln softmax(values / tau), of each.
std::vector<double> scaled_log_policy(std::span<const float> values, double tau) {
  const double most = *std::ranges::max_element(values);
  double sum = 0;
  for (const auto value : values)
    sum += std::exp((value - most) / tau);
  const double normaliser = most + tau * std::log(sum);
  std::vector<double> logs;
  for (const auto value : values)
    logs.push_back(value - normaliser);
  return logs;
}

}  // namespace

double munchausen_target(const Transition& step, std::span<const float> here_target, std::span<const float> next_target,
                         const config::Hyperparameters& h) {
  const double tau = h.munchausen_tau;
  const auto here = scaled_log_policy(here_target, tau)[static_cast<std::size_t>(step.action)];
  const auto next = scaled_log_policy(next_target, tau);
  double soft = 0;
  for (std::size_t a = 0; a < next.size(); ++a)
    soft += std::exp(next[a] / tau) * (next_target[a] - next[a]);
  return step.reward + h.munchausen_alpha * std::clamp(here, h.munchausen_clip, 0.0) + step.discount * soft;
}

std::unique_ptr<ValueLoss> make_scalar_loss(const config::Hyperparameters& h) {
  return std::make_unique<ScalarLoss>(h);
}

std::unique_ptr<ValueLoss> make_value_loss(const config::Hyperparameters& h, const nn::Returns& returns) {
  switch (returns.kind) {
    case nn::Returns::Kind::Mean:
      return make_scalar_loss(h);
    case nn::Returns::Kind::Categorical:
      return make_categorical_loss(returns);
    case nn::Returns::Kind::Quantile:
    case nn::Returns::Kind::Implicit:
      break;
  }
  return make_quantile_loss();
}

}  // namespace qarium::agent
