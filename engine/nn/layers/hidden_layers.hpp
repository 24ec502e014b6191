#pragma once
#include <string>
#include <vector>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/layers/hidden_activation.hpp"
#include "engine/nn/layers/hidden_weights.hpp"

namespace qarium::nn {

/// How many hidden layers there are, and how wide.
struct HiddenShape {
  std::int64_t inputs = 0;  ///< numbers that the first reads
  std::int64_t width = 0;   ///< units of each
  std::int64_t layers = 0;  ///< in a row, counted from 0
  std::int64_t first = 0;   ///< number of the first that is made here
};

/// Linear layers in a row, each with its activation: `linear0`, `norm0`, `linear1` ... of their owner.
class HiddenLayers {
 public:
  HiddenLayers(torch::nn::Module& owner, const HiddenShape& shape, const LayerStyle& style);

  /// [B, ..., inputs] -> [B, ..., width]; what comes where there are no layers.
  torch::Tensor forward(torch::Tensor x);
  /// Of each of them.
  std::vector<torch::Tensor> outputs(torch::Tensor x);
  bool has_fused() const { return activations_.empty() || activations_.front().has_fused(); }
  FusedLayers fused() const;
  /// "linear 4 -> 64, relu", a line for each.
  std::vector<std::string> descriptions() const;

  /// Of each; nothing goes out of the last.
  std::vector<HiddenWeights> hidden_weights() const;

  void draw(core::RandomStream& stream);
  void settle();

 private:
  HiddenShape shape_;
  std::vector<torch::nn::Linear> linears_;
  std::vector<HiddenActivation> activations_;
};

}  // namespace qarium::nn
