#pragma once
#include <torch/torch.h>

#include <memory>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/fused/fused_stage.hpp"
#include "engine/nn/probe.hpp"

namespace qarium::nn {

/// What attention needs of the tokens: computed once for all queries. Where few queries ask, the tokens themselves: it
/// costs less to bring W_k to the queries and W_v to what they have pooled.
struct KeysAndValues {
  torch::Tensor keys;    ///< [B, N, E]
  torch::Tensor values;  ///< [B, N, E]
  /// [K, E], or undefined. Over time (over_time.hpp, Q = T), and where few queries ask: what is added to a token as a
  /// query that finds it so old sees it, oldest first.
  torch::Tensor ages;
  torch::Tensor present;  ///< bool [B, N]: which tokens are there; undefined: all are
  torch::Tensor first;    ///< [B, 1, E]: the first token as it was embedded; undefined unless it asks
};

struct Attended {
  torch::Tensor output;   ///< [B, Q, E]: sum over j of weights_j v_j, through W_o where there are heads
  torch::Tensor weights;  ///< [B, H, Q, N]
};

/// Weighs tokens for queries: METHODS section 2. alpha = softmax(e), output = sum_j alpha_j v_j.
class AttentionPooling : public torch::nn::Module {
 public:
  /// tokens [B, N, E]
  virtual KeysAndValues prepare(const torch::Tensor& tokens) = 0;
  /// queries [B or 1, Q, query width]; `mask` as in masked_softmax, [B or 1, Q or 1, N] or undefined.
  virtual Attended attend(const torch::Tensor& queries, const KeysAndValues& tokens, const torch::Tensor& mask,
                          const Intervention* intervention) = 0;
  virtual std::int64_t heads() const { return 1; }
  /// The same for learned queries [Q, query width] and N tokens as passes over plain arrays; null where there is none.
  virtual std::unique_ptr<FusedStage> fused(const torch::Tensor& /*queries*/, std::int64_t /*tokens*/) {
    return nullptr;
  }
};

/// How many queries a pooling is built for.
enum class Queries {
  Few,   ///< one, or one for each action
  Many,  ///< one for each token
};

/// `kind`: additive (Bahdanau 2015), dot (Luong 2015), scaled_dot or multi_head (Vaswani 2017, sections 3.2.1, 3.2.2).
/// `width` is E of tokens and output. Throws core::UserError for another kind.
std::shared_ptr<AttentionPooling> make_pooling(std::string_view kind, std::int64_t query_width, std::int64_t width,
                                               std::int64_t heads, Queries queries);

/// Makes the pooling with one score.
using MakePooling = std::shared_ptr<AttentionPooling>(std::int64_t query_width, std::int64_t width, std::int64_t heads,
                                                      Queries queries);
#define QARIUM_SCORE(name, make) MakePooling make;
#include "engine/nn/attention/scores.inc"

/// W pooled + b sum of weights: what a linear layer makes of sum_j weights_j x_j [..., E], the same as pooling after
/// it.
torch::Tensor project_pooled(const torch::Tensor& pooled, const torch::Tensor& weights, const torch::Tensor& weight,
                             const torch::Tensor& bias);

/// Weights [B, H, Q, N] with interventions: silenced heads give zeros, uniform attention the same to every token of the
/// mask.
torch::Tensor intervened(torch::Tensor weights, const torch::Tensor& mask, const Intervention* intervention);

}  // namespace qarium::nn
