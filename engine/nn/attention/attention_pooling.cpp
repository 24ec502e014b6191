#include "engine/nn/attention/attention_pooling.hpp"

#include <cmath>

#include "engine/nn/attention/fused_pooling.hpp"
#include "engine/nn/attention/masked_softmax.hpp"
#include "engine/nn/attention/over_time.hpp"
#include "engine/nn/attention/single_head.hpp"
#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// e_j = v_a^T tanh(W_q q + W_k k_j)
class Additive final : public SingleHead {
 public:
  Additive(std::int64_t query_width, std::int64_t width, Queries queries)
      : SingleHead(query_width, width, queries),
        energy_(register_module("energy", torch::nn::Linear(torch::nn::LinearOptions(width, 1).bias(false)))) {}

  std::unique_ptr<FusedStage> fused(const Tensor& queries, std::int64_t tokens) override {
    return few_ ? fused_additive_pooling(layers(queries), energy_, tokens) : nullptr;
  }

 private:
  Tensor keys(const Tensor& tokens) override { return key_(tokens); }
  Tensor scores(const Tensor& queries, const KeysAndValues& tokens) override {
    auto sums = queries.unsqueeze(2) + tokens.keys.unsqueeze(1);
    if (tokens.ages.defined()) {
      // [K, E] -> [E, T, K] -> [T, N, E]
      const auto of_ages = key_(tokens.ages).t().unsqueeze(1).expand({-1, queries.size(1), -1});
      sums = sums + by_place(of_ages).permute({1, 2, 0});
    }
    return energy_(torch::tanh(sums)).squeeze(3);
  }
  torch::nn::Linear energy_;
};

/// e_j = q^T k_j
class Dot : public SingleHead {
 public:
  using SingleHead::SingleHead;

  std::unique_ptr<FusedStage> fused(const Tensor& queries, std::int64_t tokens) override {
    if (!few_) return nullptr;
    return fused_dot_pooling(layers(queries), torch::nn::Linear(nullptr), 1, scale(), tokens);
  }

 protected:
  virtual double scale() const { return 1; }
  Tensor keys(const Tensor& tokens) override { return few_ ? tokens : key_(tokens); }
  Tensor scores(const Tensor& queries, const KeysAndValues& tokens) override {
    const auto brought = few_ ? torch::matmul(queries, key_->weight) : queries;
    return with_ages(products(brought, tokens.keys), brought, tokens.ages);
  }
};

/// e_j = q^T k_j / sqrt(d_k)
class ScaledDot final : public Dot {
 public:
  ScaledDot(std::int64_t query_width, std::int64_t width, Queries queries)
      : Dot(query_width, width, queries), scale_(1 / std::sqrt(static_cast<double>(width))) {}

 private:
  Tensor scores(const Tensor& queries, const KeysAndValues& tokens) override {
    return Dot::scores(queries * scale_, tokens);
  }
  double scale() const override { return scale_; }
  double scale_;
};

/// Scaled dot in every head on its own part of the width; the heads side by side through W_o.
class MultiHead final : public AttentionPooling {
 public:
  MultiHead(std::int64_t query_width, std::int64_t width, std::int64_t heads, Queries queries)
      : few_(queries == Queries::Few),
        heads_(heads),
        head_width_(width / heads),
        query_(register_module("query", torch::nn::Linear(query_width, width))),
        key_(register_module("key", torch::nn::Linear(width, width))),
        value_(register_module("value", torch::nn::Linear(width, width))),
        output_(register_module("output", torch::nn::Linear(width, width))) {}

  KeysAndValues prepare(const Tensor& tokens) override {
    if (few_) return {tokens, tokens};
    return {key_(tokens), value_(tokens)};
  }

  Attended attend(const Tensor& queries, const KeysAndValues& tokens, const Tensor& mask,
                  const Intervention* intervention) override {
    const double scale = 1 / std::sqrt(static_cast<double>(head_width_));
    const auto q = by_head(query_(queries) * scale);
    auto weights =
        masked_softmax(few_ ? scores_of_tokens(q, tokens) : torch::matmul(q, by_head(tokens.keys).transpose(2, 3)),
                       mask.defined() ? mask.unsqueeze(1) : mask);
    weights = intervened(weights, mask, intervention);
    const auto heads = few_ ? pooled_tokens(weights, tokens) : torch::matmul(weights, by_head(tokens.values));
    return {output_(heads.transpose(1, 2).flatten(2)), weights};
  }

  std::int64_t heads() const override { return heads_; }

  std::unique_ptr<FusedStage> fused(const Tensor& queries, std::int64_t tokens) override {
    if (!few_) return nullptr;
    const double scale = 1 / std::sqrt(static_cast<double>(head_width_));
    return fused_dot_pooling({queries, query_, key_, value_}, output_, heads_, scale, tokens);
  }

 private:
  /// [B, L, E] -> [B, H, L, E / H]
  Tensor by_head(const Tensor& x) const { return x.view({x.size(0), x.size(1), heads_, head_width_}).transpose(1, 2); }

  /// q [B or 1, H, Q, E / H] -> q^T (W_k x_j + b_k) [B, H, Q, N].
  Tensor scores_of_tokens(const Tensor& q, const KeysAndValues& tokens) const {
    const auto& keys = tokens.keys;
    const auto brought = torch::matmul(q, key_->weight.view({heads_, head_width_, -1}));  // [B or 1, H, Q, E]
    const auto constant = torch::matmul(q, key_->bias.view({heads_, head_width_, 1}));
    const auto scores = products(brought.flatten(1, 2), keys).view({keys.size(0), heads_, q.size(2), keys.size(1)});
    return with_ages(scores, brought, tokens.ages) + constant;
  }

  /// weights [B, H, Q, N] -> W_v of what each head has pooled [B, H, Q, E / H].
  Tensor pooled_tokens(const Tensor& weights, const KeysAndValues& tokens) const {
    const auto& values = tokens.values;
    const auto of_tokens =
        torch::matmul(weights.flatten(1, 2), values).view({weights.size(0), heads_, weights.size(2), values.size(2)});
    const auto pooled = pooled_with_ages(of_tokens, weights, tokens.ages);
    const auto weight = value_->weight.view({heads_, head_width_, -1});
    return torch::matmul(pooled, weight.transpose(1, 2)) +
           weights.sum(-1, true) * value_->bias.view({heads_, 1, head_width_});
  }

  bool few_;
  std::int64_t heads_;
  std::int64_t head_width_;
  torch::nn::Linear query_;
  torch::nn::Linear key_;
  torch::nn::Linear value_;
  torch::nn::Linear output_;
};

#define QARIUM_SCORE(name, make) {#name, make},
constexpr Kind<MakePooling*> kScores[] = {
#include "engine/nn/attention/scores.inc"
};

}  // namespace

std::shared_ptr<AttentionPooling> make_additive(std::int64_t query_width, std::int64_t width, std::int64_t /*heads*/,
                                                Queries queries) {
  return std::make_shared<Additive>(query_width, width, queries);
}

std::shared_ptr<AttentionPooling> make_dot(std::int64_t query_width, std::int64_t width, std::int64_t /*heads*/,
                                           Queries queries) {
  return std::make_shared<Dot>(query_width, width, queries);
}

std::shared_ptr<AttentionPooling> make_scaled_dot(std::int64_t query_width, std::int64_t width, std::int64_t /*heads*/,
                                                  Queries queries) {
  return std::make_shared<ScaledDot>(query_width, width, queries);
}

std::shared_ptr<AttentionPooling> make_multi_head(std::int64_t query_width, std::int64_t width, std::int64_t heads,
                                                  Queries queries) {
  return std::make_shared<MultiHead>(query_width, width, heads, queries);
}

std::shared_ptr<AttentionPooling> make_pooling(std::string_view kind, std::int64_t query_width, std::int64_t width,
                                               std::int64_t heads, Queries queries) {
  return find_kind(kScores, "attention.kind", kind)(query_width, width, heads, queries);
}

torch::Tensor project_pooled(const torch::Tensor& pooled, const torch::Tensor& weights, const torch::Tensor& weight,
                             const torch::Tensor& bias) {
  return torch::linear(pooled, weight) + weights.sum(-1, true) * bias;
}

torch::Tensor intervened(torch::Tensor weights, const torch::Tensor& mask, const Intervention* intervention) {
  if (intervention == nullptr) return weights;
  if (intervention->uniform_attention) {
    const auto scores = torch::zeros_like(weights);
    weights = masked_softmax(scores, mask.defined() ? mask.unsqueeze(1) : mask);
  }
  if (intervention->silenced_heads.empty()) return weights;
  weights = weights.clone();
  for (std::int64_t head = 0; head < weights.size(1); ++head) {
    if (intervention->silences(head)) weights.select(1, head).zero_();
  }
  return weights;
}

}  // namespace qarium::nn
