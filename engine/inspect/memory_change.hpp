#pragma once
#include "engine/agent/policy.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/nn/intervention.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::inspect {

/// Throws core::UserError where this memory has no such slot, head or part, or a number makes no sense.
/// `state` is one of this memory's.
void require_possible(const protocol::MemoryChange& change, const config::MemoryOptions& options,
                      const agent::RecurrentState& state);

/// What of the change holds while a step is taken.
nn::Intervention intervention_of(const protocol::AttentionChange& attention, const protocol::MemoryChange& memory);

/// The recurrent state with the slots and the parts of the state changed that the change names. `other` is that of the
/// moment whose state is exchanged; null where none is.
agent::RecurrentState changed(const protocol::MemoryChange& change, agent::Policy& policy,
                              const agent::RecurrentState& recurrent_state, const agent::RecurrentState* other);

}  // namespace qarium::inspect
