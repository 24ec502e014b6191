#include "engine/inspect/counterfactual.hpp"

#include <array>

#include "engine/core/error.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/inspect/landmarks.hpp"
#include "engine/inspect/memory_change.hpp"

namespace qarium::inspect {

void require_possible(const protocol::AttentionChange& change, const env::EnvironmentSpec& spec, int heads) {
  if (heads == 0 && (change.uniform || !change.silenced.empty())) {
    throw core::UserError("this network has no attention: only cells can be painted over");
  }
  for (const int head : change.silenced) {
    if (head < 0 || head >= heads) {
      throw core::UserError("there is no head " + std::to_string(head + 1) + " to silence: this network has " +
                            std::to_string(heads));
    }
  }
  const auto cells = cells_of(spec.observation_space);
  for (const int cell : change.painted) {
    if (cell < 0 || cell >= cells) {
      throw core::UserError("there is no cell " + std::to_string(cell) + " to paint over: the observation has " +
                            std::to_string(cells));
    }
  }
}

protocol::Counterfactual counterfactual(agent::Policy& policy, const InspectedMoment& moment,
                                        const protocol::AttentionChange& change,
                                        const protocol::MemoryChange& memory_change) {
  protocol::Counterfactual answer;
  answer.basis.attention = change;
  answer.basis.memory = memory_change;
  const std::array<std::span<const std::byte>, 1> intact = {moment.observation};
  answer.before = policy.inspect(intact, &moment.recurrent_state).front().preferences;
  std::vector<std::byte> painted(moment.observation.begin(), moment.observation.end());
  empty_cells(painted, moment.environment.spec().observation_space, change.painted);
  const std::array<std::span<const std::byte>, 1> changed_observation = {painted};
  const auto recurrent_state = changed(memory_change, policy, moment.recurrent_state, moment.other);
  auto inspection =
      std::move(policy.inspect(changed_observation, &recurrent_state, intervention_of(change, memory_change)).front());
  answer.after = std::move(inspection.preferences);
  if (inspection.attention) {
    answer.attention = std::move(*inspection.attention);
    add_landmarks(answer.attention, moment.environment.landmarks(moment.observation));
  }
  answer.memory = std::move(inspection.memory);
  return answer;
}

}  // namespace qarium::inspect
