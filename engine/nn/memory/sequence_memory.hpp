#pragma once
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// A memory that takes a sequence as one; a step is a sequence of one step.
class SequenceMemory : public Memory {
 public:
  MemoryOutput step(const torch::Tensor& input, const MemoryState& state, Probe* probe) final {
    auto remembered = run(input.unsqueeze(1), state, probe);
    remembered.output = remembered.output.squeeze(1);
    if (frozen(probe)) remembered.state = state;
    return remembered;
  }

  MemoryOutput sequence(const torch::Tensor& inputs, const MemoryState& state) final {
    auto remembered = run(inputs.transpose(0, 1), state, nullptr);
    remembered.output = remembered.output.transpose(0, 1);
    return remembered;
  }

 private:
  /// inputs [B, T, I] -> output [B, T, M]. Reports the last step.
  virtual MemoryOutput run(const torch::Tensor& inputs, const MemoryState& state, Probe* probe) = 0;
};

}  // namespace qarium::nn
