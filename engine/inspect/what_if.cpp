#include "engine/inspect/what_if.hpp"

#include <array>

#include "engine/core/error.hpp"
#include "engine/inspect/attention_look.hpp"
#include "engine/inspect/empty_cells.hpp"

namespace qarium::inspect {

void require_possible(const core::AttentionChange& change, const env::EnvironmentSpec& spec, int heads) {
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

core::WhatIf what_if(agent::Policy& policy, const env::Environment& environment, std::span<const std::byte> observation,
                     const core::AttentionChange& change, const agent::Recollection& recollection) {
  core::WhatIf answer;
  answer.change = change;
  const std::array<std::span<const std::byte>, 1> intact = {observation};
  answer.before = policy.look(intact, {}, &recollection).values;
  std::vector<std::byte> painted(observation.begin(), observation.end());
  empty_cells(painted, environment.spec().observation_space, change.painted);
  const std::array<std::span<const std::byte>, 1> supposed = {painted};
  const auto look = policy.look(supposed, {change.uniform, change.silenced}, &recollection);
  answer.after = look.values;
  if (look.probe["attention.weights"].defined()) {
    answer.attention =
        attention_view(look.probe, 0, policy.network().grid(), environment.landmarks(observation), false);
  }
  return answer;
}

}  // namespace qarium::inspect
