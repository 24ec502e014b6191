#include "engine/inspect/beside.hpp"

#include <array>

#include "engine/env/registry.hpp"
#include "engine/inspect/policy_copy.hpp"

namespace qarium::inspect {

PlayedBeside::PlayedBeside(const core::Hyperparameters& hyperparameters, agent::Policy& policy, BesideStart start,
                           std::int64_t limit)
    : hyperparameters_(hyperparameters),
      start_(std::move(start)),
      limit_(limit),
      untouched_(side(start_.untouched, {})),
      changed_(side(start_.changed, start_.supposition)),
      policy_(copy_of(policy, hyperparameters_, untouched_.environment->spec())),
      observation_(untouched_.environment->spec().observation_space.bytes()) {
  result_.running = true;
  result_.index = start_.index;
  result_.change = start_.change;
  result_.parameters = start_.parameters;
}

PlayedBeside::Side PlayedBeside::side(agent::Recollection recollection, nn::Supposition supposition) const {
  auto environment = env::make(hyperparameters_.environment);
  environment->restore_state(start_.state);
  return {std::move(environment), std::move(recollection), std::move(supposition)};
}

void PlayedBeside::step(Side& side, core::Course& course) {
  side.environment->observe(observation_);
  const std::array<std::span<const std::byte>, 1> batch = {observation_};
  auto look = policy_->look(batch, side.supposition, &side.recollection);
  side.recollection.state = std::move(look.state);
  const int action = agent::greedy(look.values);
  const auto result = side.environment->step(action);
  side.recollection.acted(0, action, result.reward);
  course.actions.push_back(action);
  course.rewards.push_back(result.reward);
  course.values.insert(course.values.end(), look.values.begin(), look.values.end());
  course.total += result.reward;
  course.ended = result.terminated || result.truncated;
}

bool PlayedBeside::tick() {
  if (!result_.running) return false;
  auto& untouched = result_.untouched;
  auto& changed = result_.changed;
  if (result_.parted < 0) {
    untouched_.environment->render(untouched.parting);
    changed_.environment->render(changed.parting);
  }
  if (!untouched.ended) step(untouched_, untouched);
  if (!changed.ended) step(changed_, changed);
  const auto steps = static_cast<std::int64_t>(std::max(untouched.actions.size(), changed.actions.size()));
  const bool together = untouched.actions.size() == changed.actions.size();
  if (result_.parted < 0 && (!together || untouched.actions.back() != changed.actions.back()))
    result_.parted = steps - 1;
  if ((untouched.ended && changed.ended) || steps >= limit_) {
    result_.running = false;
    untouched_.environment->render(untouched.end);
    changed_.environment->render(changed.end);
  }
  return result_.running;
}

}  // namespace qarium::inspect
