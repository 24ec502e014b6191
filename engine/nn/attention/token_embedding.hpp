#pragma once
#include <torch/torch.h>

#include <memory>
#include <string_view>

#include "engine/nn/encoder/token_grid.hpp"
#include "engine/nn/fused/fused_stage.hpp"

namespace qarium::nn {

/// Sines and cosines of every coordinate (Vaswani 2017, section 3.5), for one axis (time), two (row, column) or three:
/// the axes share the width evenly, in pairs sin(x / 10000^(2 i / d)), cos(...) where d is the axis's share; what is
/// left over is zero. coordinates [N, axes] -> [N, width].
torch::Tensor sinusoidal_positions(const torch::Tensor& coordinates, std::int64_t width);

/// Tokens [B, N, D] with their places -> [B, N, E]: W x_j + b + p_j; where `relu`, normalised (Ba 2016) and through
/// ReLU, so that what a token is and where it lies can meet in one unit. p_j is nothing, a learned table, or W_p
/// applied to sinusoidal positions along those of frame, row and column that vary.
class TokenEmbedding final : public torch::nn::Module {
 public:
  /// `positions`: "none", "sinusoidal" or "learned".
  TokenEmbedding(std::int64_t token_width, std::int64_t width, const TokenGrid& grid, std::string_view positions,
                 bool relu);
  torch::Tensor forward(const torch::Tensor& tokens);
  /// As passes over plain arrays, of `count` tokens a row.
  std::unique_ptr<FusedStage> fused(std::int64_t count);

 private:
  torch::nn::Linear tokens_;
  torch::Tensor waves_;                ///< sinusoidal positions [N, E], else undefined
  torch::nn::Linear places_{nullptr};  ///< W_p
  torch::nn::LayerNorm norm_{nullptr};
  torch::nn::Embedding table_{nullptr};  ///< learned positions
};

}  // namespace qarium::nn
