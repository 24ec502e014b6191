#include "engine/inspect/counterfactual_player.hpp"

#include <array>

#include "engine/env/registry.hpp"

namespace qarium::inspect {

CounterfactualPlayer::CounterfactualPlayer(const config::Hyperparameters& hyperparameters, agent::Policy& policy,
                                           CounterfactualStart start, std::int64_t limit)
    : hyperparameters_(hyperparameters),
      start_(std::move(start)),
      limit_(limit),
      untouched_(side(start_.untouched, {})),
      changed_(side(start_.changed, start_.intervention)),
      policy_(policy.clone()),
      observation_(untouched_.environment->spec().observation_space.bytes()) {
  result_.running = true;
  result_.index = start_.index;
  result_.basis = start_.basis;
  result_.action_names = untouched_.environment->spec().action_space.names;
}

CounterfactualPlayer::Side CounterfactualPlayer::side(agent::RecurrentState recurrent_state,
                                                      nn::Intervention intervention) const {
  auto environment = env::make(hyperparameters_.environment);
  environment->restore_state(start_.state);
  return {std::move(environment), std::move(recurrent_state), std::move(intervention)};
}

void CounterfactualPlayer::step(Side& side, protocol::Rollout& rollout) {
  side.environment->observe(observation_);
  const std::array<std::span<const std::byte>, 1> batch = {observation_};
  const auto preferences = policy_->evaluate(batch, side.recurrent_state, side.intervention).preferences;
  const int action = agent::greedy(preferences);
  const auto result = side.environment->step(action);
  side.recurrent_state.acted(0, action, side.environment->spec().learned_reward(result.reward));
  rollout.actions.push_back(action);
  rollout.rewards.push_back(result.reward);
  rollout.values.insert(rollout.values.end(), preferences.begin(), preferences.end());
  rollout.total += result.reward;
  rollout.ended = result.terminated || result.truncated;
}

bool CounterfactualPlayer::tick() {
  if (!result_.running) return false;
  auto& untouched = result_.untouched;
  auto& changed = result_.changed;
  if (result_.diverged_at < 0) {
    untouched_.environment->render(untouched.parting);
    changed_.environment->render(changed.parting);
  }
  if (!untouched.ended) step(untouched_, untouched);
  if (!changed.ended) step(changed_, changed);
  const auto steps = static_cast<std::int64_t>(std::max(untouched.actions.size(), changed.actions.size()));
  const bool together = untouched.actions.size() == changed.actions.size();
  if (result_.diverged_at < 0 && (!together || untouched.actions.back() != changed.actions.back()))
    result_.diverged_at = steps - 1;
  if ((untouched.ended && changed.ended) || steps >= limit_) {
    result_.running = false;
    untouched_.environment->render(untouched.end);
    changed_.environment->render(changed.end);
  }
  return result_.running;
}

}  // namespace qarium::inspect
