#include "engine/nn/head/critic_attention.hpp"

#include <limits>

namespace qarium::nn {
namespace {

/// Units of the score.
constexpr std::int64_t kScoreUnits = 64;

}  // namespace

CriticAttention::CriticAttention(std::int64_t length, std::int64_t width)
    : length_(length),
      width_(width),
      query_(register_module("query", torch::nn::Linear(width, kScoreUnits))),
      key_(register_module("key", torch::nn::Linear(torch::nn::LinearOptions(width, kScoreUnits).bias(false)))),
      score_(register_module("score", torch::nn::Linear(torch::nn::LinearOptions(kScoreUnits, 1).bias(false)))) {}

std::vector<torch::Tensor> CriticAttention::initial_state(std::int64_t batch) const {
  const auto options = key_->weight.options().requires_grad(false);
  return {torch::zeros({batch, length_, width_}, options), torch::zeros({batch, length_}, options)};
}

CriticOutput CriticAttention::attend(const torch::Tensor& x, const torch::Tensor& v,
                                     const std::vector<torch::Tensor>& state) {
  const auto steps = x.size(1);
  const auto seen = torch::cat({before(state), x}, 1);
  const auto known =
      torch::cat({state[1].narrow(1, 1, length_ - 1), torch::ones({x.size(0), steps}, state[1].options())}, 1);
  // Windows of K places, of which step t is the last of the t-th.
  const auto keys = key_(seen).unfold(1, length_, 1).transpose(2, 3);  // [B, T, K, units]
  CriticOutput out;
  out.known = known.unfold(1, length_, 1) > 0.5;
  const auto scores = score_(torch::tanh(query_(x).unsqueeze(2) + keys)).squeeze(3);
  out.weights = torch::softmax(scores.masked_fill(~out.known, -std::numeric_limits<float>::infinity()), 2);
  out.state_values = v.unfold(1, length_, 1);
  out.values = (out.weights * out.state_values).sum(2);
  const auto last = seen.size(1) - length_;
  out.state = {seen.narrow(1, last, length_), known.narrow(1, last, length_)};
  return out;
}

std::unique_ptr<FusedCritic> CriticAttention::fused(FusedLayers value, std::int64_t apart) const {
  return std::make_unique<FusedCritic>(CriticLayers{query_, key_, score_, length_}, std::move(value), apart);
}

}  // namespace qarium::nn
