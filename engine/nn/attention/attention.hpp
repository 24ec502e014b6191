#pragma once
#include <memory>

#include "engine/core/hyperparameters.hpp"
#include "engine/nn/probe.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// tokens [B, N, D] -> attended [B, D'].
class Attention : public StageBlock {
 public:
  virtual torch::Tensor forward(const torch::Tensor& tokens, Probe* probe) = 0;
};

/// `token_shape` is {N, D}. Throws core::UserError for an unknown kind.
std::shared_ptr<Attention> make_attention(const core::AttentionOptions& options,
                                          const std::vector<std::int64_t>& token_shape);

}  // namespace qarium::nn
