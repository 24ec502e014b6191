#pragma once
#include "engine/nn/attention/attention_pooling.hpp"
#include "engine/nn/attention/fused_pooling.hpp"

namespace qarium::nn {

/// q^T k for every query and token: [B or 1, Q, E] x [B, N, E] -> [B, Q, N]. Queries that all rows share are one
/// product.
torch::Tensor products(const torch::Tensor& queries, const torch::Tensor& keys);

/// What ages add to the products: queries [..., Q, E] -> [..., Q, N].
torch::Tensor with_ages(const torch::Tensor& scores, const torch::Tensor& queries, const torch::Tensor& ages);

/// What ages add to what is pooled: weights [..., Q, N] -> [..., Q, E].
torch::Tensor pooled_with_ages(const torch::Tensor& pooled, const torch::Tensor& weights, const torch::Tensor& ages);

/// One head: queries W_q q, keys W_k x_j, values W_v x_j. A score is what it makes of a query and a key.
class SingleHead : public AttentionPooling {
 public:
  SingleHead(std::int64_t query_width, std::int64_t width, Queries queries);

  KeysAndValues prepare(const torch::Tensor& tokens) final;
  Attended attend(const torch::Tensor& queries, const KeysAndValues& tokens, const torch::Tensor& mask,
                  const Intervention* intervention) final;

 protected:
  PoolingLayers layers(const torch::Tensor& queries) const { return {queries, query_, key_, value_}; }

  bool few_;
  torch::nn::Linear query_;
  torch::nn::Linear key_;  ///< without bias
  torch::nn::Linear value_;

 private:
  /// What is kept of the tokens to be compared with queries: W_k x_j, or, where few ask, the tokens themselves.
  virtual torch::Tensor keys(const torch::Tensor& tokens) = 0;
  /// e [B, Q, N]
  virtual torch::Tensor scores(const torch::Tensor& queries, const KeysAndValues& tokens) = 0;
};

}  // namespace qarium::nn
