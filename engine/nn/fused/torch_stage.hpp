#pragma once
#include <torch/torch.h>

#include <functional>
#include <vector>

#include "engine/nn/fused/fused_stage.hpp"

namespace qarium::nn {

/// A stage that has no fused form, in Torch's operations: at its borders stand plain arrays.
class TorchStage final : public FusedStage {
 public:
  /// `shape` is that of its input, without the batch. A `first` stage is never asked for the gradient of its input.
  TorchStage(std::vector<std::int64_t> shape, std::function<torch::Tensor(const torch::Tensor&)> function,
             bool first = false)
      : shape_(std::move(shape)), function_(std::move(function)), first_(first) {}

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override;
  float* backward(float* out_gradient, bool wanted, Arena& arena) override;

 private:
  std::vector<std::int64_t> shape_;
  std::function<torch::Tensor(const torch::Tensor&)> function_;
  bool first_;
  torch::Tensor in_;
  torch::Tensor out_;
};

/// [rows, shape...] as a view of an array, which must outlive it.
torch::Tensor tensor_over(float* values, std::int64_t rows, const std::vector<std::int64_t>& shape);

}  // namespace qarium::nn
