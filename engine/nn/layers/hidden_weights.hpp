#pragma once
#include <torch/torch.h>

#include <vector>

namespace qarium::nn {

/// Weights that read a layer's units: [..., units, ...] with the units in dimension `dimension`.
struct OutgoingWeights {
  torch::Tensor weights;
  std::int64_t dimension = 0;
};

/// What comes into the units of a hidden layer, and what goes out of them.
struct HiddenWeights {
  torch::Tensor weight;  ///< [units, ...]
  torch::Tensor bias;    ///< [units]
  std::vector<OutgoingWeights> outgoing;
};

/// Of a linear layer that reads `units` numbers, or several times as many side by side.
inline OutgoingWeights outgoing_of(const torch::Tensor& weight, std::int64_t units) {
  return {weight.detach().view({weight.size(0), -1, units}), 2};
}

}  // namespace qarium::nn
