#include "engine/nn/attention/fused_pooling.hpp"

#include <algorithm>
#include <optional>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/ops/pooling_kernels.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn {
namespace {

using kernels::multiply;
using kernels::multiply_transposed;
using kernels::Product;

/// What both scores have: queries, and values that are pooled as tokens. P = Q H maps of weights a row, query by query.
class FusedPooling : public FusedStage {
 public:
  FusedPooling(const PoolingLayers& layers, const torch::nn::Linear& output, std::int64_t heads, std::int64_t tokens)
      : heads_(heads),
        count_(layers.queries.size(0)),
        maps_(count_ * heads),
        tokens_(tokens),
        width_(layers.value->weight.size(0)),
        part_(width_ / heads),
        vectors_(layers.queries),
        query_(layers.query, false),
        value_weight_(layers.value->weight),
        value_bias_(layers.value->bias) {
    if (!output.is_empty()) output_.emplace(output, false);
  }

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) final {
    rows_ = rows;
    in_ = in;
    queries_ = query_.forward(vectors_.value, count_, arena);
    weights_ = arena.take(rows * maps_ * tokens_);
    score(learn, arena);
    kernels::softmax_rows(rows * maps_, tokens_, weights_);
    pooled_ = arena.take(rows * maps_ * width_);
    for (std::int64_t row = 0; row < rows; ++row) {
      multiply({maps_, width_, tokens_, weights_ + row * maps_ * tokens_, tokens_, in + row * tokens_ * width_, width_,
                nullptr, 0, pooled_ + row * maps_ * width_, width_});
    }
    float* out = values(arena);
    return output_ ? output_->forward(out, rows * count_, arena) : out;
  }

  float* backward(float* out_gradient, bool /*wanted*/, Arena& arena) final {
    if (output_) out_gradient = output_->backward(out_gradient, true, arena);
    float* of_pooled = back_through_values(out_gradient, arena);
    float* of_weights = arena.take(rows_ * maps_ * tokens_);
    float* of_tokens = arena.take(rows_ * tokens_ * width_);
    for (std::int64_t row = 0; row < rows_; ++row) {
      const float* its = of_pooled + row * maps_ * width_;
      multiply_transposed({maps_, tokens_, width_, its, width_, in_ + row * tokens_ * width_, width_, nullptr, 0,
                           of_weights + row * maps_ * tokens_, tokens_});
      Product product{tokens_, width_,  maps_, weights_ + row * maps_ * tokens_,   1,     its,
                      width_,  nullptr, 0,     of_tokens + row * tokens_ * width_, width_};
      product.activation_step = tokens_;
      multiply(product);
    }
    kernels::softmax_rows_backward(rows_ * maps_, tokens_, weights_, of_weights);
    float* of_queries = arena.take(count_ * width_);
    std::fill_n(of_queries, count_ * width_, 0.0F);
    back_through_scores(of_weights, of_queries, of_tokens, arena);
    kernels::add(query_.backward(of_queries, true, arena), vectors_.gradient, count_ * query_.in());
    return of_tokens;
  }

 protected:
  /// Scores [rows, P, N] into weights_.
  virtual void score(bool learn, Arena& arena) = 0;
  /// Adds to the gradients of the queries [Q, E] and the tokens [rows, N, E].
  virtual void back_through_scores(const float* of_scores, float* of_queries, float* of_tokens, Arena& arena) = 0;

  std::int64_t heads_;
  std::int64_t count_;   ///< Q
  std::int64_t maps_;    ///< P
  std::int64_t tokens_;  ///< N
  std::int64_t width_;   ///< E
  std::int64_t part_;    ///< E / H
  std::int64_t rows_ = 0;
  float* in_ = nullptr;
  float* queries_ = nullptr;  ///< W_q q + b, [Q, E]
  float* weights_ = nullptr;  ///< [rows, P, N]

 private:
  /// W_v of what each head has pooled, side by side: [rows, Q, E].
  float* values(Arena& arena) {
    float* turned = arena.take(width_ * width_);
    kernels::transpose(value_weight_.value, width_, width_, width_, turned, width_);
    float* out = arena.take(rows_ * count_ * width_);
    for (std::int64_t head = 0; head < heads_; ++head) {
      multiply({rows_ * count_, part_, width_, pooled_ + head * width_, heads_ * width_, turned + head * part_, width_,
                value_bias_.value + head * part_, 0, out + head * part_, width_});
    }
    return out;
  }

  float* back_through_values(const float* out_gradient, Arena& arena) {
    const auto n = rows_ * count_;
    kernels::add_rows(out_gradient, n, width_, value_bias_.gradient);
    float* of_pooled = arena.take(rows_ * maps_ * width_);
    for (std::int64_t head = 0; head < heads_; ++head) {
      const auto own = head * part_;
      multiply({n, width_, part_, out_gradient + own, width_, value_weight_.value + own * width_, width_, nullptr, 0,
                of_pooled + head * width_, heads_ * width_});
      Product product{part_,
                      width_,
                      n,
                      out_gradient + own,
                      1,
                      pooled_ + head * width_,
                      heads_ * width_,
                      nullptr,
                      0,
                      value_weight_.gradient + own * width_,
                      width_};
      product.activation_step = width_;
      product.add = true;
      multiply(product);
    }
    return of_pooled;
  }

  FusedParameter vectors_;
  FusedLinear query_;
  FusedParameter value_weight_;
  FusedParameter value_bias_;
  std::optional<FusedLinear> output_;
  float* pooled_ = nullptr;  ///< [rows, P, E]
};

class FusedDotPooling final : public FusedPooling {
 public:
  FusedDotPooling(const PoolingLayers& layers, const torch::nn::Linear& output, std::int64_t heads, double scale,
                  std::int64_t tokens)
      : FusedPooling(layers, output, heads, tokens), key_(layers.key->weight), scale_(static_cast<float>(scale)) {}

 private:
  /// Each head's part of a query times its part of W_k: [P, E].
  void score(bool /*learn*/, Arena& arena) override {
    brought_ = arena.take(maps_ * width_);
    std::fill_n(brought_, maps_ * width_, 0.0F);
    each_part([&](std::int64_t map, std::int64_t at, std::int64_t row) {
      kernels::add_scaled(key_.value + row * width_, scale_ * queries_[at], brought_ + map * width_, width_);
    });
    for (std::int64_t row = 0; row < rows_; ++row) {
      multiply_transposed({maps_, tokens_, width_, brought_, width_, in_ + row * tokens_ * width_, width_, nullptr, 0,
                           weights_ + row * maps_ * tokens_, tokens_});
    }
  }

  void back_through_scores(const float* of_scores, float* of_queries, float* of_tokens, Arena& arena) override {
    float* of_brought = arena.take(maps_ * width_);
    std::fill_n(of_brought, maps_ * width_, 0.0F);
    for (std::int64_t row = 0; row < rows_; ++row) {
      const float* its = of_scores + row * maps_ * tokens_;
      Product product{maps_,  width_,  tokens_, its,        tokens_, in_ + row * tokens_ * width_,
                      width_, nullptr, 0,       of_brought, width_};
      product.add = true;
      multiply(product);
      Product to_tokens{
          tokens_, width_, maps_, its, 1, brought_, width_, nullptr, 0, of_tokens + row * tokens_ * width_, width_};
      to_tokens.activation_step = tokens_;
      to_tokens.add = true;
      multiply(to_tokens);
    }
    each_part([&](std::int64_t map, std::int64_t at, std::int64_t row) {
      const float* its = of_brought + map * width_;
      const float* key = key_.value + row * width_;
      float sum = 0;
      for (std::int64_t i = 0; i < width_; ++i)
        sum += its[i] * key[i];
      of_queries[at] += scale_ * sum;
      kernels::add_scaled(its, scale_ * queries_[at], key_.gradient + row * width_, width_);
    });
  }

  /// Calls f(map, place in the queries, row of W_k) for every number of every query.
  template <class F>
  void each_part(F f) {
    for (std::int64_t q = 0; q < count_; ++q) {
      for (std::int64_t i = 0; i < width_; ++i)
        f(q * heads_ + i / part_, q * width_ + i, i);
    }
  }

  FusedParameter key_;
  float scale_;
  float* brought_ = nullptr;
};

class FusedAdditivePooling final : public FusedPooling {
 public:
  FusedAdditivePooling(const PoolingLayers& layers, const torch::nn::Linear& energy, std::int64_t tokens)
      : FusedPooling(layers, torch::nn::Linear(nullptr), 1, tokens), key_(layers.key, false), energy_(energy->weight) {}

 private:
  void score(bool /*learn*/, Arena& arena) override {
    const float* keys = key_.forward(in_, rows_ * tokens_, arena);
    hidden_ = arena.take(rows_ * maps_ * tokens_ * width_);
    for (std::int64_t row = 0; row < rows_; ++row) {
      kernels::additive_forward(its_score(), keys + row * tokens_ * width_, hidden_ + row * maps_ * tokens_ * width_,
                                weights_ + row * maps_ * tokens_);
    }
  }

  void back_through_scores(const float* of_scores, float* of_queries, float* of_tokens, Arena& arena) override {
    float* of_keys = arena.take(rows_ * tokens_ * width_);
    std::fill_n(of_keys, rows_ * tokens_ * width_, 0.0F);
    for (std::int64_t row = 0; row < rows_; ++row) {
      kernels::additive_backward(its_score(), hidden_ + row * maps_ * tokens_ * width_,
                                 of_scores + row * maps_ * tokens_, energy_.gradient, of_queries,
                                 of_keys + row * tokens_ * width_);
    }
    kernels::add(key_.backward(of_keys, true, arena), of_tokens, rows_ * tokens_ * width_);
  }

  kernels::AdditiveScore its_score() const { return {count_, tokens_, width_, queries_, energy_.value}; }

  FusedLinear key_;
  FusedParameter energy_;
  float* hidden_ = nullptr;  ///< [rows, Q, N, E]
};

}  // namespace

std::unique_ptr<FusedStage> fused_dot_pooling(const PoolingLayers& layers, const torch::nn::Linear& output,
                                              std::int64_t heads, double scale, std::int64_t tokens) {
  return std::make_unique<FusedDotPooling>(layers, output, heads, scale, tokens);
}

std::unique_ptr<FusedStage> fused_additive_pooling(const PoolingLayers& layers, const torch::nn::Linear& energy,
                                                   std::int64_t tokens) {
  return std::make_unique<FusedAdditivePooling>(layers, energy, tokens);
}

}  // namespace qarium::nn
