#pragma once
#include "engine/nn/memory/memory.hpp"

namespace qarium::nn {

/// A memory that takes a sequence as one; a step is a sequence of one step.
class SequenceMemory : public Memory {
 public:
  MemoryOutput step(const torch::Tensor& input, const MemoryState& state, Probe* probe) final {
    auto memory_output = run(input.unsqueeze(1), state, probe);
    memory_output.output = memory_output.output.squeeze(1);
    if (frozen(probe)) memory_output.state = state;
    return memory_output;
  }

  MemoryOutput sequence(const torch::Tensor& inputs, const MemoryState& state) final {
    auto memory_output = run(inputs.transpose(0, 1), state, nullptr);
    memory_output.output = memory_output.output.transpose(0, 1);
    return memory_output;
  }

 private:
  /// inputs [B, T, I] -> output [B, T, M]. Reports the last step.
  virtual MemoryOutput run(const torch::Tensor& inputs, const MemoryState& state, Probe* probe) = 0;
};

}  // namespace qarium::nn
