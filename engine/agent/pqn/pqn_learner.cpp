#include "engine/agent/pqn/pqn_learner.hpp"

#include <algorithm>
#include <cmath>

#include "engine/agent/exploration.hpp"
#include "engine/agent/metrics.hpp"
#include "engine/agent/pqn/lambda_returns.hpp"
#include "engine/agent/registry.hpp"
#include "engine/agent/schedules.hpp"
#include "engine/core/statistics.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {

std::unique_ptr<Learner> make_pqn_learner(const config::Hyperparameters& h, const env::EnvironmentSpec& spec,
                                          const std::string& device) {
  return std::make_unique<PqnLearner>(h, spec, nn::resolve_device(device));
}

std::unique_ptr<Policy> make_pqn_policy(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  return std::make_unique<NetworkPolicy>(h, spec, torch::kCPU);
}

std::vector<protocol::Metric> PqnLearner::update_metrics() const {
  auto errors = td_error_metrics();
  return {{.name = "loss",
           .plot = "Loss",
           .unit = "per update",
           .tag = "losses/td_loss",
           .help = "What an update minimised: half the squared difference of Q(s, a) from its lambda-return.",
           .low = 0},
          mean_q_metric(),
          std::move(errors[0]),
          std::move(errors[1]),
          gradient_norm_metric()};
}

std::vector<protocol::Metric> PqnLearner::gauge_metrics() const {
  return {epsilon_metric()};
}

std::vector<float> PqnLearner::gauges(const protocol::Position& position) const {
  return {static_cast<float>(epsilon(hyperparameters(), position.environment_steps))};
}

protocol::LearnerStatus PqnLearner::status(const protocol::Position& position) const {
  auto status = RolloutLearner::status(position);
  status.epsilon = epsilon(hyperparameters(), position.environment_steps);
  return status;
}

int PqnLearner::choose(const protocol::Position& position, const Answer& answer, core::RandomStream& stream,
                       RolloutStep& /*step*/) {
  const auto explored = random_action(stream, epsilon(hyperparameters(), position.environment_steps),
                                      static_cast<int>(answer.preferences.size()));
  return explored ? *explored : greedy(answer.preferences);
}

float PqnLearner::value_of(const Answer& answer) const {
  return *std::ranges::max_element(answer.preferences);
}

void PqnLearner::compute_targets(std::span<const float> last_values) {
  const auto& h = hyperparameters();
  returns_ = lambda_returns(rollout(), last_values, h.gamma, h.q_lambda);
}

std::optional<double> PqnLearner::loss(std::span<const std::size_t> minibatch, std::span<const float> outputs,
                                       std::span<float> slope) {
  const auto n = minibatch.size();
  const auto actions = outputs.size() / n;
  errors_.resize(n);
  loss_ = mean_q_ = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto row = outputs.subspan(i * actions, actions);
    const auto action = static_cast<std::size_t>(sample(minibatch[i]).action);
    const float error = row[action] - returns_[minibatch[i]];
    loss_ += 0.5 * error * error / static_cast<double>(n);
    mean_q_ += *std::ranges::max_element(row) / static_cast<double>(n);
    slope[i * actions + action] = error / static_cast<float>(n);
    errors_[i] = std::abs(error);
  }
  return loss_;
}

std::vector<float> PqnLearner::measured(double gradient_norm) const {
  return {static_cast<float>(loss_), static_cast<float>(mean_q_), static_cast<float>(core::percentile(errors_, 0.5)),
          static_cast<float>(core::percentile(errors_, 0.95)), static_cast<float>(gradient_norm)};
}

void PqnLearner::restore_targets(core::ByteReader& in) {
  returns_ = in.get_all<float>();
  in.require(returns_.size() == rollout().steps() * environments(), "holds another rollout's targets");
}

}  // namespace qarium::agent
