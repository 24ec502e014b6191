#pragma once
#include <cstdint>

#include "engine/nn/fused/arena.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// A memory over sequences, written out as passes over plain arrays: T steps of B samples, inputs [T, B, I], outputs
/// [T, B, M]. States are tensors without a graph, float32 on the CPU. The plain twin is Memory::sequence. It reads the
/// memory's parameters where they lie, and must not outlive it.
class FusedMemory {
 public:
  virtual ~FusedMemory() = default;

  /// Goes through a stretch of time from `first`, and gives the state after it. With `learn` what the way back reads
  /// stays in the arena; inputs and outputs must stay as long.
  virtual MemoryState forward(const float* inputs, std::int64_t steps, std::int64_t batch, const MemoryState& first,
                              float* outputs, bool learn, Arena& arena) = 0;
  /// Back through the last stretch with `learn` that was not gone back through yet: adds to the gradients of the
  /// parameters, writes that of the inputs, and turns that of the state after it, `state`, into that of the one before
  /// it. What is not defined in `state` is zero.
  virtual void backward(const float* outputs_gradient, float* inputs_gradient, MemoryState& state, Arena& arena) = 0;
  /// Forgets stretches that were not gone back through.
  virtual void begin() = 0;
};

}  // namespace qarium::nn
