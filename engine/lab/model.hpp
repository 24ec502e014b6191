#pragma once
#include <torch/torch.h>

#include <memory>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/memory/memory.hpp"

namespace qarium::lab {

/// A memory, and a linear layer from what it remembers to the bits: input [T, B, I] -> logits [T, B, O]. A bit's
/// probability is the logit's sigmoid.
class Model : public torch::nn::Module {
 public:
  /// Throws core::UserError for a memory that does not exist or remembers nothing.
  Model(const config::MemoryOptions& options, std::int64_t inputs, std::int64_t outputs);

  /// From the memory's initial state; of the steps from `first` on: [T - first, B, O].
  torch::Tensor logits(const torch::Tensor& input, std::int64_t first);
  /// The memory's output [..., M] -> [..., O].
  torch::Tensor read_out(const torch::Tensor& output) { return bits_(output); }
  nn::Memory& memory() { return *memory_; }

 private:
  std::shared_ptr<nn::Memory> memory_;
  torch::nn::Linear bits_{nullptr};
};

}  // namespace qarium::lab
