#include <cmath>
#include <numeric>

#include "engine/agent/dqn/td_loss.hpp"
#include "engine/agent/dqn/value_loss.hpp"

namespace qarium::agent {
namespace {

float mean_of_quantiles(std::span<const float> quantiles) {
  const double sum = std::accumulate(quantiles.begin(), quantiles.end(), 0.0);
  return static_cast<float>(sum / static_cast<double>(quantiles.size()));
}

class QuantileLoss final : public ValueLoss {
 public:
  StepLoss of(const Transition& step, const StepOutputs& outputs, std::span<float> slope) override {
    const auto n = outputs.here.size();
    auto fractions = outputs.fractions;
    if (fractions.empty()) {
      if (midpoints_.size() != n) midpoints_ = nn::midpoints(n);
      fractions = midpoints_;
    }
    const auto next = outputs.next;
    const auto share = 1 / static_cast<double>(next.size());
    double loss = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double slope_of_i = 0;
      for (const auto z : next) {
        const float error = outputs.here[i] - (step.reward + step.discount * z);
        const auto [value, derivative] = huber(error);
        // Where the target lies below the quantile counts by 1 - tau, above it by tau.
        const double side = std::abs(fractions[i] - (error > 0 ? 1.0 : 0.0));
        loss += side * value * share;
        slope_of_i += side * derivative * share;
      }
      slope[i] = static_cast<float>(slope_of_i);
    }
    const float q = mean_of_quantiles(outputs.here);
    const float y = step.reward + step.discount * mean_of_quantiles(next);
    return {static_cast<float>(loss), q, y, std::abs(q - y)};
  }

 private:
  std::vector<float> midpoints_;
};

}  // namespace

std::unique_ptr<ValueLoss> make_quantile_loss() {
  return std::make_unique<QuantileLoss>();
}

}  // namespace qarium::agent
