#include "engine/inspect/counterfactual.hpp"

#include <array>

#include "engine/core/error.hpp"
#include "engine/inspect/attention_inspection.hpp"
#include "engine/inspect/empty_cells.hpp"
#include "engine/inspect/memory_change.hpp"
#include "engine/inspect/memory_inspection.hpp"

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

protocol::Counterfactual counterfactual(agent::Policy& policy, const config::MemoryOptions& options,
                                        const PolicyOutput& moment, const protocol::AttentionChange& change,
                                        const protocol::MemoryChange& memory_change) {
  protocol::Counterfactual answer;
  answer.change = change;
  answer.memory_change = memory_change;
  const std::array<std::span<const std::byte>, 1> intact = {moment.observation};
  answer.before = policy.look(intact, {}, &moment.recurrent_state).values;
  std::vector<std::byte> painted(moment.observation.begin(), moment.observation.end());
  empty_cells(painted, moment.environment.spec().observation_space, change.painted);
  const std::array<std::span<const std::byte>, 1> supposed = {painted};
  const auto recurrent_state = changed(memory_change, policy, moment.recurrent_state, moment.other);
  const auto look = policy.look(supposed, intervention_of(change, memory_change), &recurrent_state);
  answer.after = look.values;
  if (look.probe["attention.weights"].defined()) {
    answer.attention =
        attention_view(look.probe, 0, policy.network().grid(), moment.environment.landmarks(moment.observation), false);
  }
  if (policy.recurrent()) {
    answer.memory = std::make_shared<protocol::MemoryView>(
        memory_view(options, policy.network().memory(), look.probe, 0, recurrent_state.state, look.state));
  }
  return answer;
}

}  // namespace qarium::inspect
