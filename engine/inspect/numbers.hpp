#pragma once
#include <torch/torch.h>

#include <vector>

namespace qarium::inspect {

/// The numbers of a tensor on the CPU, row by row; none of one that is undefined.
inline std::vector<float> numbers(const torch::Tensor& tensor) {
  if (!tensor.defined()) return {};
  const auto plain = tensor.to(torch::kFloat).contiguous();
  return {plain.data_ptr<float>(), plain.data_ptr<float>() + plain.numel()};
}

}  // namespace qarium::inspect
