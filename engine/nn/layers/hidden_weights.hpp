#pragma once
#include <torch/torch.h>

#include <vector>

#include "engine/nn/layers/hidden_activation.hpp"

namespace qarium::nn {

/// Weights that read a layer's units: [..., units, ...] with the units in dimension `dimension`.
struct OutgoingWeights {
  torch::Tensor weights;
  std::int64_t dimension = 0;
};

/// What comes into the units of a hidden layer, and what goes out of them. Where nothing is said to go out its units
/// cannot be drawn anew: who reads them is not known.
struct HiddenWeights {
  torch::Tensor weight;  ///< [units, ...]
  torch::Tensor bias;    ///< [units]
  std::vector<OutgoingWeights> outgoing;
  torch::Tensor gain;  ///< [units] of the layer's normalisation; undefined where there is none
  torch::Tensor shift;
};

/// Of a layer with this activation behind it.
inline HiddenWeights hidden_weights_of(const torch::Tensor& weight, const torch::Tensor& bias,
                                       const HiddenActivation& activation) {
  HiddenWeights its{weight.detach(), bias.detach(), {}, {}, {}};
  if (const auto& norm = activation.norm()) {
    its.gain = norm->weight.detach();
    its.shift = norm->bias.detach();
  }
  return its;
}

/// Of a linear layer that reads `units` numbers, or several times as many side by side.
inline OutgoingWeights outgoing_of(const torch::Tensor& weight, std::int64_t units) {
  return {weight.detach().view({weight.size(0), -1, units}), 2};
}

}  // namespace qarium::nn
