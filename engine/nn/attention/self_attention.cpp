#include "engine/nn/attention/self_attention.hpp"

#include "engine/nn/attention/transformer_block.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

const Intervention* intervention_of(const Probe* probe) {
  return probe == nullptr ? nullptr : &probe->intervention;
}

/// Which token sees which [B, N, N]: both must be there. Undefined where all do.
Tensor both_present(const Tensor& present) {
  return present.defined() ? present.unsqueeze(1).logical_and(present.unsqueeze(2)) : present;
}

class SelfAttentionLayer final : public SelfAttention {
 public:
  SelfAttentionLayer(std::string_view score, const config::AttentionOptions& options, Tensor mask)
      : score_(score),
        width_(options.width),
        pooling_(register_module("pooling",
                                 make_pooling(score, options.width, options.width, options.heads, Queries::Many))) {
    mask_ = std::move(mask);
  }

  Mixed forward(const Tensor& tokens, const Tensor& present, Probe* probe) override {
    if (mask_.defined() && mask_.device() != tokens.device()) mask_ = mask_.to(tokens.device());
    auto mask = both_present(present);
    if (mask_.defined()) mask = mask.defined() ? mask.logical_and(mask_) : mask_;
    auto attended = pooling_->attend(tokens, pooling_->prepare(tokens), mask, intervention_of(probe));
    return {attended.output, attended.weights, attended.weights};
  }

  std::vector<std::string> layers() const override {
    return {"self-attention, " + score_ + ", " + std::to_string(pooling_->heads()) + " heads, width " +
            std::to_string(width_)};
  }

 private:
  std::string score_;
  std::int64_t width_;
  std::shared_ptr<AttentionPooling> pooling_;
  Tensor mask_;
};

class Transformer final : public SelfAttention {
 public:
  explicit Transformer(const config::AttentionOptions& options)
      : options_(options),
        norm_(register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({options.width})))) {
    for (std::int64_t i = 0; i < options.blocks; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i),
                          std::make_shared<TransformerBlock>(options.width, options.heads, options.feedforward,
                                                             options.gating == "gru")));
    }
  }

  Mixed forward(const Tensor& tokens, const Tensor& present, Probe* probe) override {
    const auto mask = both_present(present);
    Mixed mixed{tokens, {}, {}};
    Tensor below;  // [B, N, N], what the tokens before this block are made of
    for (auto& block : blocks_) {
      const auto attended = block->forward(mixed.tokens, mask, intervention_of(probe));
      mixed.tokens = attended.output;
      mixed.weights = attended.weights;
      if (probe == nullptr) continue;
      const auto stream = 0.5 * (attended.weights + torch::eye(tokens.size(1), tokens.options()));
      mixed.rollout = below.defined() ? torch::matmul(stream, below.unsqueeze(1)) : stream;
      below = mixed.rollout.mean(1);
    }
    mixed.tokens = norm_(mixed.tokens);
    return mixed;
  }

  std::vector<std::string> layers() const override {
    const auto& o = options_;
    return {std::to_string(o.blocks) + " x self-attention, " + std::to_string(o.heads) + " heads, width " +
                std::to_string(o.width),
            "  linear " + std::to_string(o.width) + " -> " + std::to_string(o.feedforward) + " -> " +
                std::to_string(o.width) + ", relu, " + o.gating};
  }

 private:
  config::AttentionOptions options_;
  std::vector<std::shared_ptr<TransformerBlock>> blocks_;
  torch::nn::LayerNorm norm_;
};

}  // namespace

std::shared_ptr<SelfAttention> make_self_attention(std::string_view score, const config::AttentionOptions& options,
                                                   const torch::Tensor& mask) {
  return std::make_shared<SelfAttentionLayer>(score, options, mask);
}

std::shared_ptr<SelfAttention> make_transformer(const config::AttentionOptions& options) {
  return std::make_shared<Transformer>(options);
}

}  // namespace qarium::nn
