#pragma once
/// Gradients against central differences, in double.

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "tests/catch.hpp"

namespace qarium::tests {

using Leaves = std::vector<std::pair<std::string, torch::Tensor>>;

inline Leaves parameters_of(torch::nn::Module& module) {
  Leaves leaves;
  for (const auto& item : module.named_parameters())
    leaves.emplace_back(item.key(), item.value());
  return leaves;
}

/// `loss` is a scalar of the leaves, which are contiguous; up to `places` numbers of each are moved. A leaf without
/// gradient must make no difference.
inline void check_gradients(const Leaves& leaves, const std::function<torch::Tensor()>& loss, std::int64_t places) {
  for (const auto& [name, leaf] : leaves)
    leaf.mutable_grad() = torch::Tensor();
  loss().backward();
  const torch::NoGradGuard no_grad;
  for (const auto& [name, leaf] : leaves) {
    const auto gradient = leaf.grad().defined() ? leaf.grad().contiguous() : torch::zeros_like(leaf);
    const auto count = std::min(places, leaf.numel());
    for (std::int64_t i = 0; i < count; ++i) {
      const auto at = i * (leaf.numel() - 1) / std::max<std::int64_t>(1, count - 1);
      auto* value = leaf.data_ptr<double>() + at;
      const double kept = *value;
      constexpr double kStep = 1e-6;
      *value = kept + kStep;
      const double above = loss().item<double>();
      *value = kept - kStep;
      const double below = loss().item<double>();
      *value = kept;
      const double expected = (above - below) / (2 * kStep);
      INFO(name << " at " << at << ": " << gradient.data_ptr<double>()[at] << ", by differences " << expected);
      CHECK(std::abs(gradient.data_ptr<double>()[at] - expected) < 1e-6 * std::max(1.0, std::abs(expected)));
    }
  }
}

}  // namespace qarium::tests
