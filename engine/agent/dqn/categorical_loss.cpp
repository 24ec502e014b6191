#include <algorithm>
#include <cmath>

#include "engine/agent/dqn/value_loss.hpp"

namespace qarium::agent {
namespace {

double mean_of(std::span<const double> probabilities, const nn::Returns& returns) {
  double mean = 0;
  for (std::size_t i = 0; i < probabilities.size(); ++i)
    mean += probabilities[i] * returns.atom(i);
  return mean;
}

class CategoricalLoss final : public ValueLoss {
 public:
  explicit CategoricalLoss(const nn::Returns& returns) : returns_(returns) {}

  StepLoss of(const Transition& step, const StepOutputs& outputs, std::span<float> slope) override {
    const auto n = static_cast<std::size_t>(returns_.numbers);
    nn::softmax(outputs.next, next_);
    project(step.reward, step.discount, next_, returns_, target_);
    nn::softmax(outputs.here, here_);
    double loss = 0;
    for (std::size_t i = 0; i < n; ++i) {
      // The logarithm of what is nearly nothing stays finite.
      loss -= target_[i] * std::log(std::max(here_[i], 1e-30));
      slope[i] = static_cast<float>(here_[i] - target_[i]);
    }
    return {static_cast<float>(loss), static_cast<float>(mean_of(here_, returns_)),
            static_cast<float>(mean_of(target_, returns_)), static_cast<float>(loss)};
  }

 private:
  nn::Returns returns_;
  std::vector<double> here_;
  std::vector<double> next_;
  std::vector<double> target_;
};

}  // namespace

void project(double reward, double discount, std::span<const double> probabilities, const nn::Returns& returns,
             std::vector<double>& projected) {
  const auto n = probabilities.size();
  const double low = returns.v_min;
  const double high = returns.v_max;
  const double distance = (high - low) / static_cast<double>(n - 1);
  projected.assign(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    const double at = low + distance * static_cast<double>(i);
    const double place =
        std::clamp((std::clamp(reward + discount * at, low, high) - low) / distance, 0.0, static_cast<double>(n - 1));
    const auto below = static_cast<std::size_t>(place);
    const double share = place - static_cast<double>(below);
    projected[below] += probabilities[i] * (1 - share);
    if (share > 0) projected[below + 1] += probabilities[i] * share;
  }
}

std::unique_ptr<ValueLoss> make_categorical_loss(const nn::Returns& returns) {
  return std::make_unique<CategoricalLoss>(returns);
}

}  // namespace qarium::agent
