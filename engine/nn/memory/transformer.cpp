#include "engine/nn/attention/transformer_block.hpp"
#include "engine/nn/memory/window.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Causal pre-norm blocks over the last K inputs with a learned position by age, and a norm after the last block (DTQN,
/// Esslinger, Platt and Amato 2022). What the current input has become is the output.
///
/// Reports `memory.matrix_weights` [B, H, K, K] of the last block, oldest first, and `memory.window_age` [B, K], -1
/// where nothing stands.
class TransformerOverTime final : public WindowMemory {
 public:
  TransformerOverTime(const core::MemoryOptions& options, std::int64_t width)
      : WindowMemory(options, width),
        heads_(options.heads),
        feedforward_(options.feedforward),
        norm_(register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({options.hidden})))) {
    for (std::int64_t i = 0; i < options.blocks; ++i) {
      blocks_.push_back(
          register_module("block" + std::to_string(i),
                          std::make_shared<TransformerBlock>(hidden_, heads_, feedforward_, /*gru=*/false)));
    }
  }

  std::vector<std::string> layers() const override {
    const auto hidden = std::to_string(hidden_);
    return {"linear " + std::to_string(width_) + " -> " + hidden,
            std::to_string(blocks_.size()) + " x causal self-attention over the last " + std::to_string(length_) +
                ", " + std::to_string(heads_) + " heads, width " + hidden,
            "  linear " + hidden + " -> " + std::to_string(feedforward_) + " -> " + hidden + ", relu"};
  }

 private:
  Tensor look(const Tensor& tokens, const Tensor& known, const Tensor& /*current*/, Probe* probe) override {
    const auto causal = torch::ones({length_, length_}, known.options()).tril();
    const auto mask = causal.logical_and(known.unsqueeze(1));
    Attended attended{tokens, {}};
    for (auto& block : blocks_)
      attended = block->forward(attended.output, mask, nullptr);
    if (probe != nullptr) {
      probe->report("memory.matrix_weights", attended.weights);
      probe->report("memory.window_age", ages_of(known, 0));
    }
    return norm_(attended.output.select(1, length_ - 1));
  }

  std::int64_t heads_;
  std::int64_t feedforward_;
  std::vector<std::shared_ptr<TransformerBlock>> blocks_;
  torch::nn::LayerNorm norm_;
};

}  // namespace

std::shared_ptr<Memory> make_transformer_over_time(const core::MemoryOptions& options, std::int64_t width) {
  return std::make_shared<TransformerOverTime>(options, width);
}

}  // namespace qarium::nn
