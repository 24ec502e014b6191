#pragma once
#include <torch/torch.h>

#include <vector>

namespace qarium::nn {

/// The numbers of a tensor, row by row, wherever it lies; none of one that is undefined.
inline std::vector<float> numbers(const torch::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const auto plain = tensor.detach().to(torch::kCPU, torch::kFloat).contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

}  // namespace qarium::nn
