#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/layers/hidden_activation.hpp"
#include "engine/nn/layers/hidden_weights.hpp"
#include "engine/nn/layers/noisy_linear.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// A row of linear layers in the Head, all but the last hidden ones: `0`, `norm0`, `1`, `norm1` ... They are noisy
/// layers where that is wanted.
class Stream final : public torch::nn::Module {
 public:
  Stream(const config::HeadOptions& options, const LayerStyle& layers, std::int64_t inputs, std::int64_t outputs);

  /// [..., inputs] -> [..., outputs]
  torch::Tensor forward(torch::Tensor x);
  /// What its hidden layers give.
  std::vector<torch::Tensor> activations(torch::Tensor x);
  /// Empty where it has no such form: noise and dropout have none.
  std::optional<FusedLayers> fused() const;
  /// "linear 64 -> 256, relu", a line for each hidden layer.
  std::vector<std::string> hidden_layers() const;
  /// Of its hidden layers; those of noisy ones cannot be drawn anew.
  std::vector<HiddenWeights> hidden_weights() const;
  /// What reads the numbers that it is given.
  torch::Tensor first_weight() const { return linears_.front()->weight.detach(); }
  /// Numbers that the last layer reads.
  std::int64_t last_inputs() const { return linears_.back()->weight.size(1); }

  void draw_noise(core::RandomStream& stream, Noise noise);
  void settle();

 private:
  torch::Tensor linear(std::size_t i, const torch::Tensor& x);

  std::vector<std::shared_ptr<torch::nn::LinearImpl>> linears_;
  std::vector<std::shared_ptr<NoisyLinear>> noisy_;  ///< the same, where they are
  std::vector<HiddenActivation> activations_;
};

}  // namespace qarium::nn
