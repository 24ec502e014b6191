#pragma once
/// Tensors recorded by another implementation: lines of `name dimensions shape...`, each followed by its numbers.

#include <torch/torch.h>

#include <map>
#include <string>
#include <vector>

#include "tests/reference.hpp"

namespace qarium::tests {

using NamedTensors = std::map<std::string, torch::Tensor>;

/// In double.
inline NamedTensors reference_tensors(const std::string& file_name) {
  auto file = open_reference(file_name);
  NamedTensors tensors;
  std::string name;
  std::int64_t dimensions = 0;
  while (file >> name >> dimensions) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(dimensions));
    for (auto& extent : shape)
      file >> extent;
    auto tensor = torch::empty(shape, torch::kDouble);
    for (std::int64_t i = 0; i < tensor.numel(); ++i)
      file >> tensor.data_ptr<double>()[i];
    tensors[name] = tensor;
  }
  return tensors;
}

/// Turns a module to double and gives it the parameters that stand under `prefix`; returns how many it has.
inline std::size_t adopt(torch::nn::Module& module, const NamedTensors& from, const std::string& prefix) {
  const torch::NoGradGuard no_grad;
  module.to(torch::kDouble);
  std::size_t adopted = 0;
  for (auto& item : module.named_parameters()) {
    item.value().copy_(from.at(prefix + item.key()));
    ++adopted;
  }
  return adopted;
}

inline double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a.to(torch::kDouble) - b.to(torch::kDouble)).abs().max().item<double>();
}

}  // namespace qarium::tests
