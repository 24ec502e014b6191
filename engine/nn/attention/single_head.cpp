#include "engine/nn/attention/single_head.hpp"

#include "engine/nn/attention/masked_softmax.hpp"
#include "engine/nn/attention/over_time.hpp"

namespace qarium::nn {

using torch::Tensor;

Tensor products(const Tensor& queries, const Tensor& keys) {
  if (queries.size(0) == 1 && keys.size(0) > 1) return torch::matmul(keys, queries[0].t()).transpose(1, 2);
  return torch::matmul(queries, keys.transpose(1, 2));
}

Tensor with_ages(const Tensor& scores, const Tensor& queries, const Tensor& ages) {
  return ages.defined() ? scores + by_place(torch::matmul(queries, ages.t())) : scores;
}

Tensor pooled_with_ages(const Tensor& pooled, const Tensor& weights, const Tensor& ages) {
  return ages.defined() ? pooled + torch::matmul(by_age(weights, ages.size(0)), ages) : pooled;
}

SingleHead::SingleHead(std::int64_t query_width, std::int64_t width, Queries queries)
    : few_(queries == Queries::Few),
      query_(register_module("query", torch::nn::Linear(query_width, width))),
      key_(register_module("key", torch::nn::Linear(torch::nn::LinearOptions(width, width).bias(false)))),
      value_(register_module("value", torch::nn::Linear(width, width))) {}

KeysAndValues SingleHead::prepare(const Tensor& tokens) {
  return {keys(tokens), few_ ? tokens : value_(tokens)};
}

Attended SingleHead::attend(const Tensor& queries, const KeysAndValues& tokens, const Tensor& mask,
                            const Intervention* intervention) {
  auto weights = masked_softmax(scores(query_(queries), tokens), mask).unsqueeze(1);
  weights = intervened(weights, mask, intervention);
  const auto shares = weights.squeeze(1);
  const auto pooled = pooled_with_ages(torch::matmul(shares, tokens.values), shares, tokens.ages);
  return {few_ ? project_pooled(pooled, shares, value_->weight, value_->bias) : pooled, weights};
}

}  // namespace qarium::nn
