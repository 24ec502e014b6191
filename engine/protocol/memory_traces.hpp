#pragma once
#include <span>

#include "engine/protocol/memory_view.hpp"

namespace qarium::protocol {

/// One step of a memory as one column of strips. `input` is what the memory was given, `output` what came of it. What
/// has several heads gives a strip for each.
MemoryEpisode memory_step(const MemoryView& view, std::span<const float> input, std::span<const float> output);

/// Adds the columns of `step` behind those of `episode`, which takes the strips over where it has none yet. Requires
/// the same strips.
void append(MemoryEpisode& episode, const MemoryEpisode& step);

}  // namespace qarium::protocol
