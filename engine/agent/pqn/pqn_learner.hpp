#pragma once
#include <vector>

#include "engine/agent/rollout/rollout_learner.hpp"

namespace qarium::agent {

/// The family `pqn` (Gallici 2024, arXiv 2407.04811): Q-learning without replay and without a target network. Many
/// environments step side by side, epsilon-greedy; what is learned are lambda-returns over the rollout, by half the
/// squared error (METHODS section 6).
class PqnLearner final : public RolloutLearner {
 public:
  PqnLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device)
      : RolloutLearner(hyperparameters, spec, device) {}

  std::vector<protocol::Metric> update_metrics() const override;
  std::vector<protocol::Metric> gauge_metrics() const override;
  std::vector<float> gauges(const protocol::Position& position) const override;
  protocol::LearnerStatus status(const protocol::Position& position) const override;

 private:
  int choose(const protocol::Position& position, const Answer& answer, core::RandomStream& stream,
             RolloutStep& step) override;
  float value_of(const Answer& answer) const override;
  void compute_targets(std::span<const float> last_values) override;
  std::optional<double> loss(std::span<const std::size_t> minibatch, std::span<const float> outputs,
                             std::span<float> slope) override;
  std::vector<float> measured(double gradient_norm) const override;
  void save_targets(core::ByteWriter& out) const override { out.put_all(returns_); }
  void restore_targets(core::ByteReader& in) override;

  std::vector<float> returns_;
  double loss_ = 0;
  double mean_q_ = 0;
  std::vector<float> errors_;
};

}  // namespace qarium::agent
