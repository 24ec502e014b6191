#include "engine/nn/memory/causal_transformer_block.hpp"

#include <cmath>

#include "engine/nn/attention/masked_softmax.hpp"
#include "engine/nn/attention/over_time.hpp"

namespace qarium::nn {

using torch::Tensor;

namespace {

torch::nn::LayerNorm norm_of(std::int64_t width) {
  return torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
}

}  // namespace

CausalTransformerBlock::CausalTransformerBlock(std::int64_t width, std::int64_t heads, std::int64_t feedforward,
                                               std::int64_t length)
    : heads_(heads),
      head_width_(width / heads),
      length_(length),
      norm1_(register_module("norm1", norm_of(width))),
      query_(register_module("query", torch::nn::Linear(width, width))),
      key_(register_module("key", torch::nn::Linear(width, width))),
      value_(register_module("value", torch::nn::Linear(width, width))),
      output_(register_module("output", torch::nn::Linear(width, width))),
      ages_(register_module("ages", torch::nn::Embedding(length, width))),
      norm2_(register_module("norm2", norm_of(width))),
      hidden_(register_module("hidden", torch::nn::Linear(width, feedforward))),
      narrow_(register_module("narrow", torch::nn::Linear(feedforward, width))) {}

/// [B, L, E] -> [B, H, L, E / H]
Tensor CausalTransformerBlock::by_head(const Tensor& x) const {
  return x.view({x.size(0), x.size(1), heads_, head_width_}).transpose(1, 2);
}

/// queries [B, H, T, E / H] -> q_t a_age at the place of each [B, H, T, K - 1 + T].
Tensor CausalTransformerBlock::scores_of_ages(const Tensor& queries) const {
  const auto ages = ages_->weight.flip(0).view({length_, heads_, head_width_}).permute({1, 2, 0});
  return by_place(torch::matmul(queries, ages));
}

CausalTransformerBlock::Result CausalTransformerBlock::forward(const Tensor& stream, const Tensor& known) {
  const auto places = stream.size(1);
  const auto steps = places - length_ + 1;
  const auto now = stream.narrow(1, length_ - 1, steps);
  const auto normed = norm1_(stream);
  const double scale = 1 / std::sqrt(static_cast<double>(head_width_));
  const auto queries = by_head(query_(normed.narrow(1, length_ - 1, steps)) * scale);
  const auto scores = torch::matmul(queries, by_head(key_(normed)).transpose(2, 3)) + scores_of_ages(queries);
  const auto seen = in_reach(steps, length_, stream.device()).logical_and(known.unsqueeze(1));
  const auto weights = masked_softmax(scores, seen.unsqueeze(1));
  const auto heads = torch::matmul(weights, by_head(value_(normed)));
  const auto x = now + output_(heads.transpose(1, 2).flatten(2));
  return {x + narrow_(hidden_(norm2_(x)).relu()), weights};
}

}  // namespace qarium::nn
