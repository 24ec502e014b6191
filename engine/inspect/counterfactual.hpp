#pragma once
#include <cstddef>
#include <span>

#include "engine/agent/policy.hpp"
#include "engine/env/environment.hpp"
#include "engine/protocol/counterfactual.hpp"

namespace qarium::inspect {

/// Throws core::UserError where the network has no such head or the observation no such cell.
void require_possible(const protocol::AttentionChange& change, const env::EnvironmentSpec& spec, int heads);

/// A moment to be evaluated, with what its agent carries into it.
struct InspectedMoment {
  const env::Environment& environment;  ///< names the landmarks
  std::span<const std::byte> observation;
  const agent::RecurrentState& recurrent_state;
  const agent::RecurrentState* other = nullptr;  ///< of the moment whose state is exchanged
};

/// Evaluates one moment twice with the same weights: as it is, and under the intervention.
protocol::Counterfactual counterfactual(agent::Policy& policy, const InspectedMoment& moment,
                                        const protocol::AttentionChange& change,
                                        const protocol::MemoryChange& memory_change = {});

}  // namespace qarium::inspect
