#include "engine/agent/rollout/advantages.hpp"

#include <limits>

namespace qarium::agent {

Advantages generalised_advantages(const Rollout& rollout, std::span<const float> last_values, double gamma,
                                  double lambda) {
  const auto n = rollout.environments();
  Advantages its;
  its.advantages.resize(rollout.steps() * n);
  its.returns.resize(rollout.steps() * n);
  for (std::size_t i = 0; i < n; ++i) {
    double advantage = 0;
    double next_value = last_values[i];
    for (std::size_t t = rollout.steps(); t-- > 0;) {
      const auto& step = rollout.step(t, i);
      if (step.terminal || step.over) {
        advantage = 0;
        next_value = step.terminal ? 0 : step.final_value;
      }
      const double delta = step.reward + gamma * next_value - step.value;
      advantage = delta + gamma * lambda * advantage;
      next_value = step.value;
      its.advantages[t * n + i] = static_cast<float>(advantage);
      its.returns[t * n + i] = static_cast<float>(advantage + step.value);
    }
  }
  return its;
}

double explained_variance(const Rollout& rollout, std::span<const float> returns) {
  const auto n = rollout.environments();
  double sum = 0;
  double squares = 0;
  double error_sum = 0;
  double error_squares = 0;
  for (std::size_t k = 0; k < returns.size(); ++k) {
    const double error = returns[k] - rollout.step(k / n, k % n).value;
    sum += returns[k];
    squares += static_cast<double>(returns[k]) * returns[k];
    error_sum += error;
    error_squares += error * error;
  }
  const auto count = static_cast<double>(returns.size());
  const double variance = squares / count - (sum / count) * (sum / count);
  if (variance <= 0) return std::numeric_limits<double>::quiet_NaN();
  return 1 - (error_squares / count - (error_sum / count) * (error_sum / count)) / variance;
}

}  // namespace qarium::agent
