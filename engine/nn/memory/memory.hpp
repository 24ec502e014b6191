#pragma once
#include <memory>

#include "engine/core/hyperparameters.hpp"
#include "engine/nn/probe.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// What a memory carries from step to step, as a value: it can be copied, stored, reset and detached. Each tensor's
/// first dimension is the batch. Empty where nothing is remembered.
using MemoryState = std::vector<torch::Tensor>;

/// What one step of a memory gives.
struct Remembered {
  torch::Tensor output;  ///< [B, M]; M = 0 where nothing is remembered
  MemoryState state;
};

/// attended [B, D], state -> remembered [B, M], state'.
class Memory : public StageBlock {
 public:
  virtual MemoryState initial_state(std::int64_t batch) = 0;
  virtual Remembered step(const torch::Tensor& attended, const MemoryState& state, Probe* probe) = 0;
};

/// `width` is D. Throws core::UserError for an unknown kind.
std::shared_ptr<Memory> make_memory(const core::MemoryOptions& options, std::int64_t width);

}  // namespace qarium::nn
