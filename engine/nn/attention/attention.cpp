#include "engine/nn/attention/attention.hpp"

#include "engine/nn/attention/hierarchical.hpp"
#include "engine/nn/attention/query.hpp"
#include "engine/nn/attention/regions.hpp"
#include "engine/nn/attention/self_attention.hpp"
#include "engine/nn/attention/token_embedding.hpp"
#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/registry.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// No attention: the tokens side by side.
class NoAttention final : public Attention {
 public:
  explicit NoAttention(std::int64_t width) : width_(width) {}
  KeysAndValues prepare(const Tokens& tokens, Probe* /*probe*/) override { return {{}, tokens.values.flatten(1)}; }
  Tensor attend(const KeysAndValues& tokens, const Tensor& /*memory*/, Probe* /*probe*/) override {
    return tokens.values;
  }
  std::vector<std::int64_t> output_shape() const override { return {width_}; }
  std::unique_ptr<FusedStage> fused() override { return std::make_unique<FusedPassThrough>(); }

 private:
  std::int64_t width_;
};

/// Embedding, readout and norm of what follows.
class FusedTokenAttention final : public FusedStage {
 public:
  FusedTokenAttention(std::unique_ptr<FusedStage> embedding, std::unique_ptr<FusedStage> readout, FusedLayerNorm norm,
                      std::int64_t queries)
      : embedding_(std::move(embedding)), readout_(std::move(readout)), norm_(norm), queries_(queries) {}

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    float* pooled = readout_->forward(embedding_->forward(in, rows, learn, arena), rows, learn, arena);
    return norm_.forward(pooled, rows * queries_, arena);
  }
  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    return embedding_->backward(readout_->backward(norm_.backward(out_gradient), true, arena), wanted, arena);
  }

 private:
  std::unique_ptr<FusedStage> embedding_;
  std::unique_ptr<FusedStage> readout_;
  FusedLayerNorm norm_;
  std::int64_t queries_;
};

/// What all kinds have in common: tokens are embedded with their places, may ask one another (the mixer), and are
/// pooled by a query (the readout). The result is normalised (Ba 2016): at first a query takes a little of every token,
/// and what one of them says would be lost in the mean.
class TokenAttention final : public Attention {
 public:
  struct Parts {
    std::string name;
    bool relu = true;
    std::shared_ptr<SelfAttention> mixer;  ///< null where tokens do not ask one another
    std::shared_ptr<AttentionPooling> readout;
    std::shared_ptr<Query> query;
  };

  TokenAttention(const config::AttentionOptions& options, const AttentionInputs& inputs, Parts parts)
      : options_(options), inputs_(inputs), parts_(std::move(parts)) {
    embedding_ = register_module("embedding", std::make_shared<TokenEmbedding>(inputs.width, options.width, inputs.grid,
                                                                               options.positions, parts_.relu));
    if (parts_.mixer) register_module("mixer", parts_.mixer);
    register_module("query", parts_.query);
    register_module("readout", parts_.readout);
    norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({options.width})));
  }

  KeysAndValues prepare(const Tokens& tokens, Probe* probe) override {
    auto x = embedding_->forward(tokens.values);
    if (parts_.mixer) {
      const auto mixed = parts_.mixer->forward(x, tokens.present, probe);
      x = mixed.tokens;
      if (probe != nullptr) {
        auto& report = probe->attention.emplace();
        report.matrix = mixed.weights;
        report.rollout = mixed.rollout;
      }
    }
    auto prepared = parts_.readout->prepare(x);
    prepared.present = tokens.present;
    if (parts_.query->of_first()) prepared.first = x.narrow(1, 0, 1);
    return prepared;
  }

  Tensor attend(const KeysAndValues& tokens, const Tensor& memory, Probe* probe) override {
    const auto queries = parts_.query->forward(memory, tokens.first);
    const auto mask = tokens.present.defined() ? tokens.present.unsqueeze(1) : tokens.present;
    if (probe == nullptr) return pooled(parts_.readout->attend(queries, tokens, mask, nullptr).output, tokens);
    auto intervention = probe->intervention;
    if (parts_.mixer) intervention.silenced_heads.clear();  // the heads are the mixer's
    const auto attended = parts_.readout->attend(queries, tokens, mask, &intervention);
    report(attended.weights, *probe);
    return pooled(attended.output, tokens);
  }

  std::vector<std::int64_t> output_shape() const override {
    if (parts_.query->count() > 1 || options_.query == "action") return {parts_.query->count(), options_.width};
    return {options_.width};
  }

  std::unique_ptr<FusedStage> fused() override {
    const auto queries = parts_.query->vectors();
    if (parts_.mixer || !queries.defined()) return nullptr;
    const auto tokens = inputs_.grid.tokens();
    auto readout = parts_.readout->fused(queries, tokens);
    if (!readout) return nullptr;
    return std::make_unique<FusedTokenAttention>(embedding_->fused(tokens), std::move(readout),
                                                 FusedLayerNorm(norm_, false), parts_.query->count());
  }

  std::vector<std::string> layers() const override {
    const auto width = std::to_string(options_.width);
    std::vector<std::string> lines = {"embed " + std::to_string(inputs_.width) + " -> " + width + ", positions " +
                                      options_.positions + (parts_.relu ? ", relu" : "")};
    if (parts_.mixer) {
      for (const auto& line : parts_.mixer->layers())
        lines.push_back(line);
    }
    lines.push_back(parts_.name + ", " + std::to_string(parts_.readout->heads()) + " head" +
                    (parts_.readout->heads() == 1 ? "" : "s") + ", " + std::to_string(parts_.query->count()) +
                    (parts_.query->count() == 1 ? " query" : " queries") + " of " +
                    std::to_string(inputs_.grid.tokens()) + " tokens");
    return lines;
  }

 private:
  /// [B, Q, E] -> [B, E] where there is one query. Where the first token asks, what it finds is added to it.
  Tensor pooled(const Tensor& output, const KeysAndValues& tokens) {
    auto normed = norm_(tokens.first.defined() ? output + tokens.first : output);
    if (tokens.present.defined()) normed = normed * tokens.present.any(1).view({-1, 1, 1});
    return options_.query == "action" ? normed : normed.squeeze(1);
  }

  void report(const Tensor& readout, Probe& probe) const {
    const torch::NoGradGuard no_grad;
    auto weights = readout;
    if (!probe.attention) probe.attention.emplace();
    auto& report = *probe.attention;
    if (parts_.mixer) {
      report.readout = readout.squeeze(1);
      weights = torch::matmul(readout, report.rollout);
      for (const int head : probe.intervention.silenced_heads) {
        if (head < weights.size(1)) weights.select(1, head).zero_();
      }
    }
    report.weights = weights;
    report.entropy = -(weights * weights.clamp_min(1e-30).log()).sum(-1);
  }

  config::AttentionOptions options_;
  AttentionInputs inputs_;
  Parts parts_;
  std::shared_ptr<TokenEmbedding> embedding_;
  torch::nn::LayerNorm norm_{nullptr};
};

std::shared_ptr<Query> make_query(const config::AttentionOptions& options, const AttentionInputs& inputs) {
  return std::make_shared<Query>(options.query, options.width, inputs.actions, inputs.memory);
}

#define QARIUM_KIND(name, make) {#name, make},
constexpr Kind<MakeAttention*> kAttentionKinds[] = {
#include "engine/nn/attention/kinds.inc"
};

}  // namespace

std::shared_ptr<Attention> make_no_attention(const config::AttentionOptions& /*options*/,
                                             const AttentionInputs& inputs) {
  return std::make_shared<NoAttention>(inputs.grid.tokens() * inputs.width);
}

/// additive, dot, scaled_dot, multi_head: the query weighs the tokens; with `self`, every token asks every token with
/// this score, and a learned scaled-dot query pools them.
std::shared_ptr<Attention> make_scored(const config::AttentionOptions& options, const AttentionInputs& inputs) {
  const auto query = make_query(options, inputs);
  const bool self = options.query == "self";
  TokenAttention::Parts parts{.name = self ? "scaled_dot readout" : options.kind, .query = query};
  if (self) parts.mixer = make_self_attention(options.kind, options, {});
  parts.readout =
      make_pooling(self ? "scaled_dot" : options.kind, query->width(), options.width, options.heads, Queries::Few);
  return std::make_shared<TokenAttention>(options, inputs, std::move(parts));
}

/// Tokens always ask one another; the query is that of the readout, and `self` is the learned one.
std::shared_ptr<Attention> make_transformer_attention(const config::AttentionOptions& options,
                                                      const AttentionInputs& inputs) {
  const auto query = make_query(options, inputs);
  TokenAttention::Parts parts{.name = "scaled_dot readout", .relu = false, .query = query};
  parts.mixer = make_transformer(options);
  parts.readout = make_pooling("scaled_dot", query->width(), options.width, 1, Queries::Few);
  return std::make_shared<TokenAttention>(options, inputs, std::move(parts));
}

/// With `self`, tokens first ask the others of their region.
std::shared_ptr<Attention> make_hierarchical_attention(const config::AttentionOptions& options,
                                                       const AttentionInputs& inputs) {
  const auto query = make_query(options, inputs);
  TokenAttention::Parts parts{.name = "hierarchical", .query = query};
  if (options.query == "self") {
    const auto regions = cut_into_regions(inputs.grid, options.region);
    parts.mixer = make_self_attention("scaled_dot", options, same_region(regions));
  }
  parts.readout = make_hierarchical(query->width(), options.width, inputs.grid, options.region);
  return std::make_shared<TokenAttention>(options, inputs, std::move(parts));
}

std::shared_ptr<Attention> make_attention(const config::AttentionOptions& options, const AttentionInputs& inputs) {
  return find_kind(kAttentionKinds, "attention.kind", options.kind)(options, inputs);
}

}  // namespace qarium::nn
