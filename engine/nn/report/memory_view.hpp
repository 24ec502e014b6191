#pragma once
#include "engine/config/hyperparameters.hpp"
#include "engine/nn/memory/memory.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::nn {

/// Row `row` of one step of a memory that was probed, as plain numbers; `before` and `after` are the memory's own state
/// around it. Requires that something is remembered; `version` is left alone.
protocol::MemoryView memory_view(const config::MemoryOptions& options, const Memory& memory, const MemoryReport& report,
                                 std::int64_t row, const MemoryState& before, const MemoryState& after);

}  // namespace qarium::nn
