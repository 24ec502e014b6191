#pragma once
#include <vector>

#include "engine/agent/actor_critic/policy_loss.hpp"
#include "engine/agent/rollout/advantages.hpp"
#include "engine/agent/rollout/rollout_learner.hpp"

namespace qarium::agent {

/// The families `a2c` (Mnih 2016) and `ppo` (Schulman 2017): a policy acts, a critic says what was to be expected, and
/// both learn from rollouts. Names, defaults and semantics are Stable-Baselines3's, but that a truncated episode's
/// value is that of its own final observation and memory, and that both streams share Encoder, Attention, Memory and
/// Fusion (METHODS section 6).
class ActorCriticLearner final : public RolloutLearner {
 public:
  ActorCriticLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                     torch::Device device)
      : RolloutLearner(hyperparameters, spec, device) {}

  std::vector<protocol::Metric> update_metrics() const override;
  std::vector<protocol::Metric> gauge_metrics() const override { return {}; }
  std::vector<float> gauges(const protocol::Position& /*position*/) const override { return {}; }

 private:
  bool clips() const { return hyperparameters().algorithm == "ppo"; }
  int choose(const protocol::Position& position, const Answer& answer, core::RandomStream& stream,
             RolloutStep& step) override;
  float value_of(const Answer& answer) const override { return answer.state_value; }
  void compute_targets(std::span<const float> last_values) override;
  std::int64_t epochs() const override { return clips() ? RolloutLearner::epochs() : 1; }
  bool at_once() const override { return !clips(); }
  std::optional<double> loss(std::span<const std::size_t> minibatch, std::span<const float> outputs,
                             std::span<float> slope) override;
  std::vector<float> measured(double gradient_norm) const override;
  void save_targets(core::ByteWriter& out) const override;
  void restore_targets(core::ByteReader& in) override;

  Advantages targets_;
  double explained_variance_ = 0;
  PolicyLoss last_;        ///< of the last update
  double mean_value_ = 0;  ///< over its samples
  std::vector<double> log_policy_;
};

}  // namespace qarium::agent
