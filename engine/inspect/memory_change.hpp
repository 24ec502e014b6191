#pragma once
#include "engine/agent/policy.hpp"
#include "engine/core/memory_view.hpp"
#include "engine/nn/supposition.hpp"

namespace qarium::inspect {

/// Throws core::UserError where this memory has no such slot, head or part, or a number makes no sense.
void require_possible(const core::MemoryChange& change, const core::MemoryOptions& options, const nn::Memory& memory);

/// What of the change holds while a step is taken.
nn::Supposition supposition_of(const core::AttentionChange& attention, const core::MemoryChange& memory);

/// The recollection with the slots and the parts of the state changed that the change names. `other` is that of the
/// moment whose state is exchanged; null where none is.
agent::Recollection changed(const core::MemoryChange& change, agent::Policy& policy,
                            const agent::Recollection& recollection, const agent::Recollection* other);

}  // namespace qarium::inspect
