#pragma once
#include <memory>

#include "engine/nn/fused/arena.hpp"
#include "engine/nn/network.hpp"

namespace qarium::nn {

/// Of a sequence that a network goes through, what the memory is told beside what is attended to.
struct CellInput {
  std::int64_t steps;  ///< T
  std::int64_t batch;  ///< B
  const Previous& previous;
  const MemoryState& state;  ///< that it begins with
  const BurnIn& burn_in;
  const torch::Tensor& present;  ///< of the tokens, where the memory asks: bool [T * B, N], or undefined
};

/// What Fusion is given: plain arrays, and the state after the last step.
struct CellArrays {
  const float* attended;  ///< [T * B, D or A, D]
  const float* memory;    ///< [T * B, M]
  MemoryState state;
};

/// The recurrent cell as passes over plain arrays at its borders. `in` is what Network::cell takes.
class FusedCell {
 public:
  virtual ~FusedCell() = default;
  virtual CellArrays forward(float* in, const CellInput& input, bool learn, Arena& arena) = 0;
  /// After a pass with `learn`: gradients of what it gave -> that of `in`, in the arena; adds to those of the
  /// parameters. May overwrite what it is given.
  virtual float* backward(float* attended_gradient, float* memory_gradient, Arena& arena) = 0;
};

/// In arrays where the memory has such a form and is not asked by Attention; else in Torch's operations.
std::unique_ptr<FusedCell> make_fused_cell(const std::shared_ptr<Network>& network);

}  // namespace qarium::nn
