#include "engine/nn/memory/ages.hpp"
#include "engine/nn/memory/causal_transformer_block.hpp"
#include "engine/nn/memory/sequence_memory.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Causal blocks over the last K steps, as DTQN (Esslinger, Platt and Amato 2022) but with relative positions, and a
/// norm after the last block. State: what each block was given in the last K steps, oldest first [B, K, hidden], and
/// which of them there are [B, K] (1 or 0).
///
/// Reports `memory.window_weights` [B, H, K] of the last block, oldest first, and `memory.window_age` [B, K], -1 where
/// nothing stands.
class TransformerOverTime final : public SequenceMemory {
 public:
  TransformerOverTime(const config::MemoryOptions& options, std::int64_t width)
      : width_(width),
        hidden_(options.hidden),
        length_(options.length),
        heads_(options.heads),
        feedforward_(options.feedforward),
        tokens_(register_module("tokens", torch::nn::Linear(width, hidden_))),
        norm_(register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({hidden_})))) {
    for (std::int64_t i = 0; i < options.blocks; ++i) {
      blocks_.push_back(register_module("block" + std::to_string(i), std::make_shared<CausalTransformerBlock>(
                                                                         hidden_, heads_, feedforward_, length_)));
    }
  }

  MemoryState initial_state(std::int64_t batch) override {
    const auto options = tokens_->weight.options().requires_grad(false);
    MemoryState state;
    for (std::size_t i = 0; i < blocks_.size(); ++i)
      state.push_back(torch::zeros({batch, length_, hidden_}, options));
    state.push_back(torch::zeros({batch, length_}, options));
    return state;
  }

  std::vector<std::string> state_names() const override {
    std::vector<std::string> names;
    names.reserve(blocks_.size() + 1);
    for (std::size_t i = 0; i < blocks_.size(); ++i)
      names.push_back("stream" + std::to_string(i + 1));
    names.emplace_back("known");
    return names;
  }

  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }
  std::vector<std::string> layers() const override {
    const auto hidden = std::to_string(hidden_);
    return {"linear " + std::to_string(width_) + " -> " + hidden,
            std::to_string(blocks_.size()) + " x causal self-attention over the last " + std::to_string(length_) +
                ", " + std::to_string(heads_) + " heads, width " + hidden,
            "  linear " + hidden + " -> " + std::to_string(feedforward_) + " -> " + hidden + ", relu"};
  }

 private:
  MemoryOutput run(const Tensor& inputs, const MemoryState& state, Probe* probe) override {
    const auto steps = inputs.size(1);
    const auto with_past = [&](const Tensor& past, const Tensor& now) {
      return torch::cat({past.narrow(1, 1, length_ - 1), now}, 1);
    };
    const auto& known_before = state[blocks_.size()];
    const auto known = with_past(known_before, torch::ones({inputs.size(0), steps}, known_before.options()));
    MemoryState after;
    Tensor weights;
    auto x = tokens_(inputs);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const auto stream = with_past(state[i], x);
      auto result = blocks_[i]->forward(stream, known > 0.5);
      after.push_back(stream.narrow(1, steps - 1, length_));
      x = std::move(result.output);
      weights = std::move(result.weights);
    }
    after.push_back(known.narrow(1, steps - 1, length_));
    if (probe != nullptr) {
      probe->memory =
          WindowReport{weights.select(2, steps - 1).narrow(2, steps - 1, length_), ages_of(after.back() > 0.5, 0)};
    }
    return {norm_(x), std::move(after)};
  }

  std::int64_t width_;
  std::int64_t hidden_;
  std::int64_t length_;
  std::int64_t heads_;
  std::int64_t feedforward_;
  torch::nn::Linear tokens_;
  std::vector<std::shared_ptr<CausalTransformerBlock>> blocks_;
  torch::nn::LayerNorm norm_;
};

}  // namespace

std::shared_ptr<Memory> make_transformer_over_time(const config::MemoryOptions& options, std::int64_t width,
                                                   std::int64_t /*attended*/) {
  return std::make_shared<TransformerOverTime>(options, width);
}

}  // namespace qarium::nn
