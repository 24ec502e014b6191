#include "engine/agent/actor_critic/actor_critic_learner.hpp"

#include <cmath>

#include "engine/agent/metrics.hpp"
#include "engine/agent/registry.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {
namespace {

/// What ends a round early: a KL divergence over this many times target_kl (Stable-Baselines3).
constexpr double kTooFar = 1.5;

/// An action by its probability: the first whose cumulated probability is above `uniform`.
int drawn(const std::vector<double>& log_policy, double uniform) {
  double sum = 0;
  for (std::size_t a = 0; a + 1 < log_policy.size(); ++a) {
    sum += std::exp(log_policy[a]);
    if (uniform < sum) return static_cast<int>(a);
  }
  return static_cast<int>(log_policy.size()) - 1;
}

std::unique_ptr<Learner> make_actor_critic(const config::Hyperparameters& h, const env::EnvironmentSpec& spec,
                                           const std::string& device) {
  return std::make_unique<ActorCriticLearner>(h, spec, nn::resolve_device(device));
}

std::unique_ptr<Policy> make_policy_with_critic(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  return std::make_unique<NetworkPolicy>(h, spec, torch::kCPU);
}

}  // namespace

std::unique_ptr<Learner> make_a2c_learner(const config::Hyperparameters& h, const env::EnvironmentSpec& spec,
                                          const std::string& device) {
  return make_actor_critic(h, spec, device);
}

std::unique_ptr<Learner> make_ppo_learner(const config::Hyperparameters& h, const env::EnvironmentSpec& spec,
                                          const std::string& device) {
  return make_actor_critic(h, spec, device);
}

std::unique_ptr<Policy> make_a2c_policy(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  return make_policy_with_critic(h, spec);
}

std::unique_ptr<Policy> make_ppo_policy(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  return make_policy_with_critic(h, spec);
}

std::vector<protocol::Metric> ActorCriticLearner::update_metrics() const {
  return {
      {.name = "loss",
       .plot = "Loss",
       .unit = "per update",
       .tag = "losses/loss",
       .help = "What an update minimised: policy loss + vf_coef value loss - ent_coef entropy."},
      {.name = "policy_loss",
       .plot = "Policy loss",
       .tag = "losses/policy_loss",
       .help = "The clipped surrogate objective (a2c: log probability times advantage), turned round."},
      {.name = "value_loss",
       .plot = "Value loss",
       .tag = "losses/value_loss",
       .help = "Squared error of V(s), mean over the samples of an update.",
       .low = 0},
      {.name = "mean_value",
       .plot = "Mean V",
       .tag = "losses/values",
       .help = "V(s), mean over the samples; fainter the discounted return that followed in training episodes.",
       .estimates = "realised_value"},
      {.name = "entropy",
       .plot = "Entropy",
       .unit = "nats",
       .tag = "losses/entropy",
       .help = "Of the policy, mean over the samples: ln A where all actions are alike, 0 where one is certain.",
       .low = 0},
      {.name = "approx_kl",
       .plot = "KL divergence",
       .unit = "nats",
       .tag = "losses/approx_kl",
       .help =
           "How far the policy has moved from that of the rollout; with target_kl a round ends beyond 1.5 times it.",
       .low = 0},
      {.name = "clip_fraction",
       .plot = "Clip fraction",
       .tag = "losses/clipfrac",
       .help = "Share of the samples whose probability ratio is outside 1 +- clip_range.",
       .low = 0,
       .high = 1},
      {.name = "explained_variance",
       .plot = "Explained variance",
       .tag = "losses/explained_variance",
       .help = "Share of the returns' variance that V(s) foresaw: 1 is all of it, below 0 worse than their mean.",
       .high = 1},
      gradient_norm_metric()};
}

int ActorCriticLearner::choose(const protocol::Position& /*position*/, const Answer& answer, core::RandomStream& stream,
                               RolloutStep& step) {
  log_softmax(answer.preferences, log_policy_);
  const int action = drawn(log_policy_, stream.uniform());
  step.log_probability = static_cast<float>(log_policy_[static_cast<std::size_t>(action)]);
  return action;
}

void ActorCriticLearner::compute_targets(std::span<const float> last_values) {
  const auto& h = hyperparameters();
  targets_ = generalised_advantages(rollout(), last_values, h.gamma, h.gae_lambda);
  explained_variance_ = explained_variance(rollout(), targets_.returns);
}

std::optional<double> ActorCriticLearner::loss(std::span<const std::size_t> minibatch, std::span<const float> outputs,
                                               std::span<float> slope) {
  const auto& h = hyperparameters();
  std::vector<PolicySample> samples;
  mean_value_ = 0;
  for (const auto number : minibatch) {
    const auto& step = sample(number);
    samples.push_back({step.action, step.log_probability, targets_.advantages[number], targets_.returns[number]});
    mean_value_ += step.value / static_cast<double>(minibatch.size());
  }
  if (h.normalize_advantage) normalise_advantages(samples);
  last_ = policy_loss(outputs, samples, {clips() ? h.clip_range : -1, h.ent_coef, h.vf_coef}, slope);
  if (clips() && h.target_kl > 0 && last_.approx_kl > kTooFar * h.target_kl) return std::nullopt;
  return last_.loss;
}

std::vector<float> ActorCriticLearner::measured(double gradient_norm) const {
  const double all[] = {last_.loss,      last_.policy_loss,   last_.value_loss,    mean_value_,  last_.entropy,
                        last_.approx_kl, last_.clip_fraction, explained_variance_, gradient_norm};
  return {std::begin(all), std::end(all)};
}

void ActorCriticLearner::save_targets(core::ByteWriter& out) const {
  out.put_all(targets_.advantages);
  out.put_all(targets_.returns);
  out.put(explained_variance_);
}

void ActorCriticLearner::restore_targets(core::ByteReader& in) {
  targets_.advantages = in.get_all<float>();
  targets_.returns = in.get_all<float>();
  explained_variance_ = in.get<double>();
  const auto samples = rollout().steps() * environments();
  in.require(targets_.advantages.size() == samples && targets_.returns.size() == samples,
             "holds another rollout's targets");
}

}  // namespace qarium::agent
