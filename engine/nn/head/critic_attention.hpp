#pragma once
#include <torch/torch.h>

#include <memory>
#include <vector>

#include "engine/nn/head/fused_critic.hpp"

namespace qarium::nn {

/// What a critic with attention says of a sequence.
struct CriticOutput {
  torch::Tensor values;              ///< [B, T] V(s_t)
  torch::Tensor weights;             ///< [B, T, K] alpha, oldest first, the step itself last
  torch::Tensor state_values;        ///< [B, T, K] v(s_k), likewise
  torch::Tensor known;               ///< [B, T, K] bool: which of them the episode has
  std::vector<torch::Tensor> state;  ///< after the last step
};

/// V(s_t) = sum over the last K states of the episode, s_t included, of alpha_k v(s_k), alpha = softmax_k f(s_t, s_k)
/// (METHODS section 6, "attention critic"). A state is what the value head is given: what Fusion gives, x [F], of
/// actions that are attended to apart their mean. v is the value head, which is the plain critic's, and
/// f(s_t, s_k) = v_a^T tanh(W_q x_t + W_k x_k + b) (Bahdanau 2015, section 2). With K = 1 it is the plain critic.
///
/// An agent carries the last K encoded states [B, K, F], oldest first, and which of them there are [B, K] (1 or 0).
/// What a sequence begins with is constant: no gradient reaches what encoded it, though v and f learn from it.
class CriticAttention final : public torch::nn::Module {
 public:
  CriticAttention(std::int64_t length, std::int64_t width);

  std::int64_t length() const { return length_; }
  std::vector<torch::Tensor> initial_state(std::int64_t batch) const;
  /// What a sequence needs the values of beside its own: the K - 1 states before it [B, K - 1, F].
  torch::Tensor before(const std::vector<torch::Tensor>& state) const { return state[0].narrow(1, 1, length_ - 1); }
  /// x [B, T, F]; v [B, K - 1 + T], of the states before it and its own.
  CriticOutput attend(const torch::Tensor& x, const torch::Tensor& v, const std::vector<torch::Tensor>& state);
  /// The same behind a fused Head, whose value stream is `value`; each of its rows is `apart` vectors.
  std::unique_ptr<FusedCritic> fused(FusedLayers value, std::int64_t apart) const;

 private:
  std::int64_t length_;
  std::int64_t width_;
  torch::nn::Linear query_;
  torch::nn::Linear key_;
  torch::nn::Linear score_;
};

}  // namespace qarium::nn
