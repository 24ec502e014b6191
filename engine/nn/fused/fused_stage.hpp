#pragma once
#include <cstdint>

#include "engine/nn/fused/arena.hpp"

namespace qarium::nn {

/// A stage of the network written out as passes over plain float arrays: no graph of operations, and no allocation once
/// the arena has its size. The plain twin is the stage's block in Torch's operations; tests hold one to the other. It
/// reads the block's parameters where they lie, and must not outlive it.
class FusedStage {
 public:
  virtual ~FusedStage() = default;
  /// in [rows, ...] -> out [rows, ...] in the arena, where what backward reads stays, too. `in` must stay as long.
  /// Without `learn` no backward pass follows.
  virtual float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) = 0;
  /// After a forward pass with `learn`: adds to the gradients of the parameters, and gives that of `in`, or null where
  /// it is not wanted. Overwrites `out_gradient`.
  virtual float* backward(float* out_gradient, bool wanted, Arena& arena) = 0;
};

/// What a stage makes that leaves things as they are.
class FusedPassThrough final : public FusedStage {
 public:
  float* forward(float* in, std::int64_t /*rows*/, bool /*learn*/, Arena& /*arena*/) override { return in; }
  float* backward(float* out_gradient, bool /*wanted*/, Arena& /*arena*/) override { return out_gradient; }
};

}  // namespace qarium::nn
