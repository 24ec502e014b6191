#pragma once
#include <torch/torch.h>

#include "engine/nn/probe.hpp"

namespace qarium::nn {

/// A pre-norm causal block over time: each step asks itself and the K - 1 steps before it. Position is relative (Shaw,
/// Uszkoreit and Vaswani 2018, equation 4, keys only): e_tj = q_t (k_j + a_age) / sqrt(width of a head), age = t - j,
/// so that what one step has made of itself serves all later ones. What a block has been given stays its memory from
/// one sequence to the next (Transformer-XL, Dai 2019, section 3.2).
class CausalTransformerBlock final : public torch::nn::Module {
 public:
  /// `length` is K; `heads` divide `width`, E.
  CausalTransformerBlock(std::int64_t width, std::int64_t heads, std::int64_t feedforward, std::int64_t length);

  struct Result {
    torch::Tensor output;   ///< [B, T, E]
    torch::Tensor weights;  ///< [B, H, T, K - 1 + T]
  };
  /// stream [B, K - 1 + T, E]: what this block was given, the last T of it now; known [B, K - 1 + T] bool.
  Result forward(const torch::Tensor& stream, const torch::Tensor& known);

 private:
  torch::Tensor by_head(const torch::Tensor& x) const;
  torch::Tensor scores_of_ages(const torch::Tensor& queries) const;

  std::int64_t heads_;
  std::int64_t head_width_;
  std::int64_t length_;
  torch::nn::LayerNorm norm1_;
  torch::nn::Linear query_;
  torch::nn::Linear key_;
  torch::nn::Linear value_;
  torch::nn::Linear output_;
  torch::nn::Embedding ages_;  ///< [K, E], row 0: the step itself
  torch::nn::LayerNorm norm2_;
  torch::nn::Linear hidden_;
  torch::nn::Linear narrow_;
};

}  // namespace qarium::nn
