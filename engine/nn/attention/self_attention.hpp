#pragma once
#include <memory>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/attention/attention_pooling.hpp"

namespace qarium::nn {

/// Tokens that ask one another before anyone asks them: tokens [B, N, E] -> [B, N, E].
class SelfAttention : public torch::nn::Module {
 public:
  struct Mixed {
    torch::Tensor tokens;
    torch::Tensor weights;  ///< [B, H, N, N] of the last block: what token i takes from token j
    /// [B, H, N, N]: how much of each head's token i comes from token j of the input, all blocks together (attention
    /// rollout, Abnar and Zuidema 2020: half of a residual stream is what was there). Undefined without a probe.
    torch::Tensor rollout;
  };
  /// `present` bool [B, N], or undefined: absent tokens ask nobody and are asked by nobody.
  virtual Mixed forward(const torch::Tensor& tokens, const torch::Tensor& present, Probe* probe) = 0;
  virtual std::vector<std::string> layers() const = 0;
};

/// One layer in which every token queries every token with this score; `mask` [1, N, N] or undefined says which.
std::shared_ptr<SelfAttention> make_self_attention(std::string_view score, const config::AttentionOptions& options,
                                                   const torch::Tensor& mask);
/// `options.blocks` transformer blocks and a last norm.
std::shared_ptr<SelfAttention> make_transformer(const config::AttentionOptions& options);

}  // namespace qarium::nn
