#pragma once
#include "engine/config/hyperparameters.hpp"
#include "engine/nn/memory/memory.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::inspect {

/// Row `row` of one step of a memory that was probed, as plain numbers; `before` and `after` are the memory's own state
/// around it, on the CPU. Requires that something is remembered; `version` is left alone.
protocol::MemoryView memory_view(const config::MemoryOptions& options, const nn::Memory& memory, const nn::Probe& probe,
                                 std::int64_t row, const nn::MemoryState& before, const nn::MemoryState& after);

}  // namespace qarium::inspect
