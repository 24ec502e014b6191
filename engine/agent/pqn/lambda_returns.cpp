#include "engine/agent/pqn/lambda_returns.hpp"

namespace qarium::agent {

std::vector<float> lambda_returns(const Rollout& rollout, std::span<const float> last_values, double gamma,
                                  double lambda) {
  const auto n = rollout.environments();
  std::vector<float> returns(rollout.steps() * n);
  for (std::size_t i = 0; i < n; ++i) {
    double next_return = last_values[i];
    double next_value = last_values[i];
    for (std::size_t t = rollout.steps(); t-- > 0;) {
      const auto& step = rollout.step(t, i);
      if (step.terminal || step.over) next_return = next_value = step.terminal ? 0 : step.final_value;
      next_return = step.reward + gamma * (lambda * next_return + (1 - lambda) * next_value);
      next_value = step.value;
      returns[t * n + i] = static_cast<float>(next_return);
    }
  }
  return returns;
}

}  // namespace qarium::agent
