#include "engine/agent/rollout/rollout_learner.hpp"

#include <algorithm>

#include "engine/agent/network/keep_matching.hpp"
#include "engine/agent/random_streams.hpp"
#include "engine/agent/spaces.hpp"
#include "engine/nn/runtime.hpp"

namespace qarium::agent {
namespace {

/// To see which units answer any of them.
constexpr std::size_t kStatesLookedAt = 256;

std::unique_ptr<Rollout> make_rollout(const config::Hyperparameters& h, const env::EnvironmentSpec& spec) {
  return std::make_unique<Rollout>(spec.observation_space.bytes(), static_cast<std::size_t>(h.n_envs),
                                   static_cast<std::size_t>(h.n_steps));
}

}  // namespace

RolloutLearner::RolloutLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                               torch::Device device)
    : hyperparameters_(hyperparameters),
      spec_(spec),
      policy_(std::make_unique<NetworkPolicy>(hyperparameters, spec, device)),
      optimizer_(policy_->parameters()),
      rollout_(make_rollout(hyperparameters, spec)),
      state_(policy_->begin(environments())),
      exploration_streams_(exploration_streams(hyperparameters)),
      order_stream_(run_stream(hyperparameters, core::Purpose::Replay)),
      acting_noise_(run_stream(hyperparameters, core::Purpose::Noise, kActingNoise)),
      update_noise_(run_stream(hyperparameters, core::Purpose::Noise, kUpdateNoise)) {
  begin_rollout();
}

void RolloutLearner::begin_rollout() {
  next_step_.assign(environments(), 0);
  first_state_ = state_;
  updating_ = false;
}

core::Circumstances RolloutLearner::circumstances() const {
  return nn::circumstances(policy_->device(), hyperparameters_.threads);
}

void RolloutLearner::prepare_thread() const {
  nn::prepare_thread(hyperparameters_.threads);
}

protocol::LearnerStatus RolloutLearner::status(const protocol::Position& /*position*/) const {
  protocol::LearnerStatus status;
  status.rollout_steps = static_cast<std::int64_t>(rollout_->filled());
  status.rollout_length = static_cast<std::int64_t>(rollout_->steps());
  if (updating_) {
    const auto of_update = units_of_an_update();
    const auto rounds = [&](std::size_t n) { return static_cast<std::int64_t>((n + of_update - 1) / of_update); };
    status.updates_due =
        std::max<std::int64_t>(0, epochs() - 1 - epoch_) * rounds(units()) + rounds(units() - next_unit_);
  } else {
    status.steps_to_update = (status.rollout_length - status.rollout_steps) * hyperparameters_.n_envs;
  }
  return status;
}

PolicyOutput RolloutLearner::evaluate(Observations observations, RecurrentState& state) {
  policy_->network().draw_noise(acting_noise_, nn::Noise::Policy);
  const auto output = policy_->evaluate(observations, state);
  policy_->network().settle();
  return output;
}

RolloutLearner::Answer RolloutLearner::answer(const PolicyOutput& output, std::size_t i) const {
  const auto n = static_cast<std::size_t>(policy_->actions());
  return {output.preferences.subspan(i * n, n), output.state_values.empty() ? 0 : output.state_values[i]};
}

std::vector<std::span<const std::byte>> RolloutLearner::current_observations() {
  std::vector<std::span<const std::byte>> observations(environments());
  for (std::size_t i = 0; i < environments(); ++i)
    observations[i] = observation(i);
  return observations;
}

void RolloutLearner::act(const protocol::Position& position, std::span<int> actions) {
  const auto observations = current_observations();
  const auto output = evaluate(observations, state_);
  for (std::size_t i = 0; i < environments(); ++i) {
    auto& step = rollout_->step(next_step_[i], i);
    step = {};
    const auto its = answer(output, i);
    step.value = value_of(its);
    actions[i] = choose(position, its, exploration_streams_[i], step);
  }
}

void RolloutLearner::observe(std::size_t i, int action, const env::StepResult& result) {
  auto& step = rollout_->step(next_step_[i]++, i);
  step.action = action;
  step.reward = spec_.learned_reward(result.reward);
  step.terminal = result.terminated || result.life_lost;
  step.over = result.over();
  state_.acted(i, action, step.reward);
}

void RolloutLearner::begin_episode(std::size_t i) {
  auto& step = rollout_->step(next_step_[i] - 1, i);
  if (!step.terminal) {  // truncated: what it might still have earned is valued where it stood
    const std::span<const std::byte> last = observation(i);
    auto state = state_.rows({static_cast<std::int64_t>(i)});
    step.final_value = value_of(answer(evaluate({&last, 1}, state), 0));
  }
  state_.begin(i, policy_->begin(1));
}

void RolloutLearner::abandon_episode(std::size_t i) {
  if (next_step_[i] > 0) {
    // Nobody will see what would have followed: it counts for what was expected.
    auto& step = rollout_->step(next_step_[i] - 1, i);
    if (!step.over) step.final_value = step.value;
    step.over = true;
  }
  state_.begin(i, policy_->begin(1));
  if (next_step_[i] == 0) first_state_.begin(i, policy_->begin(1));
}

void RolloutLearner::resume_episode(std::size_t i, int last_action, float last_reward) {
  state_.acted(i, last_action, spec_.learned_reward(last_reward));
  if (next_step_[i] == 0) first_state_.acted(i, last_action, spec_.learned_reward(last_reward));
}

void RolloutLearner::end_step(const protocol::Position& /*position*/) {
  rollout_->advance();
  if (rollout_->full()) begin_round();
}

bool RolloutLearner::rebuild(const config::Hyperparameters& changed, const env::EnvironmentSpec& spec,
                             bool new_episodes) {
  using config::Anew;
  const auto anew = config::made_anew(hyperparameters_, changed);
  const bool new_network = !same_spaces(spec, spec_) || has(anew, Anew::Network);
  const bool new_rollout = new_network || new_episodes || has(anew, Anew::Replay);
  std::unique_ptr<NetworkPolicy> policy;
  std::optional<Optimizer> optimizer;
  if (new_network) {
    policy = std::make_unique<NetworkPolicy>(changed, spec, policy_->device(), rebuilds_ + 1);
    optimizer.emplace(policy->parameters());
    keep_matching(policy_->parameters(), optimizer_, policy->parameters(), *optimizer);
  }
  auto rollout = new_rollout ? make_rollout(changed, spec) : nullptr;
  auto state = (policy ? *policy : *policy_).begin(static_cast<std::size_t>(changed.n_envs));
  if (!policy && changed.fused != hyperparameters_.fused) policy_->use_fused(changed.fused);

  // Everything is made: from here on nothing fails.
  const bool same_episodes = !new_episodes && state.size() == state_.size();
  hyperparameters_ = changed;
  spec_ = spec;
  if (policy) {
    policy_ = std::move(policy);
    optimizer_ = std::move(*optimizer);
    ++rebuilds_;
  }
  if (new_episodes) exploration_streams_ = exploration_streams(changed);
  if (!rollout) return new_network;
  if (same_episodes) {  // in their middle a new memory knows the last step alone
    state.actions = state_.actions;
    state.rewards = state_.rewards;
    if (!new_network) state.values = state_.values;
  }
  state_ = std::move(state);
  rollout_ = std::move(rollout);
  begin_rollout();
  return new_network;
}

std::vector<std::vector<std::byte>> RolloutLearner::some_observations(std::size_t most) const {
  std::vector<std::vector<std::byte>> some;
  const auto all = rollout_->filled() * environments();
  const auto stride = std::max<std::size_t>(1, (all + most - 1) / std::max<std::size_t>(1, most));
  for (std::size_t k = 0; k < all && some.size() < most; k += stride) {
    const auto its = std::as_const(*rollout_).observation(k / environments(), k % environments());
    some.emplace_back(its.begin(), its.end());
  }
  return some;
}

std::vector<protocol::LayerActivity> RolloutLearner::layer_activity() {
  const auto states = some_observations(kStatesLookedAt);
  if (states.empty()) return {};
  const std::vector<std::span<const std::byte>> observations(states.begin(), states.end());
  return policy_->layer_activity(observations);
}

std::vector<protocol::BlockNorms> RolloutLearner::block_norms() {
  return policy_->block_norms();
}

std::int64_t RolloutLearner::recycle_dormant(core::RandomStream stream) {
  const auto states = some_observations(kStatesLookedAt);
  if (states.empty()) return 0;
  const std::vector<std::span<const std::byte>> observations(states.begin(), states.end());
  return policy_->recycle_dormant(observations, optimizer_, stream);
}

}  // namespace qarium::agent
