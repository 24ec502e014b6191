#pragma once
#include <torch/torch.h>

#include <memory>

#include "engine/nn/fused/fused_stage.hpp"

namespace qarium::nn {

/// A few learned queries that pool the tokens of each row: tokens [rows, N, E] -> [rows, Q, E]. Queries are the same
/// for all rows, so W_k is brought to them once, and W_v to what they have pooled.
struct PoolingLayers {
  torch::Tensor queries;  ///< [Q, query width]
  torch::nn::Linear query{nullptr};
  torch::nn::Linear key{nullptr};
  torch::nn::Linear value{nullptr};
};

/// Dot products, times `scale`, in each of `heads` parts of the width; through `output` where it is not empty. A bias
/// of the keys adds the same to every token's score and so nothing to the weights: it has no gradient.
std::unique_ptr<FusedStage> fused_dot_pooling(const PoolingLayers& layers, const torch::nn::Linear& output,
                                              std::int64_t heads, double scale, std::int64_t tokens);
/// Bahdanau's score.
std::unique_ptr<FusedStage> fused_additive_pooling(const PoolingLayers& layers, const torch::nn::Linear& energy,
                                                   std::int64_t tokens);

}  // namespace qarium::nn
