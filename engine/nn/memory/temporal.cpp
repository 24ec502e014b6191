#include "engine/nn/attention/attention_pooling.hpp"
#include "engine/nn/attention/over_time.hpp"
#include "engine/nn/memory/ages.hpp"
#include "engine/nn/memory/sequence_memory.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Attention of the current input over the last K of them, itself included (METHODS section 3, after Bahdanau 2015 and
/// Vaswani 2017, the score being `memory.score`): the tokens are W x + b + p, p learned by age. State: the last K
/// inputs, oldest first [B, K, I], and which of them there are [B, K] (1 or 0).
///
/// Reports `memory.window_weights` [B, H, K], oldest first, and `memory.window_age` [B, K], -1 where nothing stands.
class Temporal final : public SequenceMemory {
 public:
  Temporal(const config::MemoryOptions& options, std::int64_t width)
      : width_(width),
        hidden_(options.hidden),
        length_(options.length),
        score_(options.score),
        tokens_(register_module("tokens", torch::nn::Linear(width, hidden_))),
        ages_(register_module("ages", torch::nn::Embedding(length_, hidden_))),
        pooling_(register_module("pooling", make_pooling(score_, width, hidden_, options.heads, Queries::Few))) {}

  MemoryState initial_state(std::int64_t batch) override {
    const auto options = tokens_->weight.options().requires_grad(false);
    return {torch::zeros({batch, length_, width_}, options), torch::zeros({batch, length_}, options)};
  }

  std::vector<std::string> state_names() const override { return {"inputs", "known"}; }

  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }
  std::vector<std::string> layers() const override {
    return {score_ + " attention over the last " + std::to_string(length_) + ", " + std::to_string(width_) + " -> " +
            std::to_string(hidden_)};
  }

 private:
  MemoryOutput run(const Tensor& inputs, const MemoryState& state, Probe* probe) override {
    const auto steps = inputs.size(1);
    const auto seen = torch::cat({state[0].narrow(1, 1, length_ - 1), inputs}, 1);
    const auto known =
        torch::cat({state[1].narrow(1, 1, length_ - 1), torch::ones({inputs.size(0), steps}, state[1].options())}, 1);
    const auto mask = in_reach(steps, length_, inputs.device()).logical_and((known > 0.5).unsqueeze(1));
    auto tokens = pooling_->prepare(tokens_(seen));
    tokens.ages = ages_->weight.flip(0);
    const auto attended = pooling_->attend(inputs, tokens, mask, nullptr);
    MemoryOutput memory_output{attended.output,
                               {seen.narrow(1, steps - 1, length_), known.narrow(1, steps - 1, length_)}};
    if (probe != nullptr) {
      probe->memory = WindowReport{attended.weights.select(2, steps - 1).narrow(2, steps - 1, length_),
                                   ages_of(memory_output.state[1] > 0.5, 0)};
    }
    return memory_output;
  }

  std::int64_t width_;
  std::int64_t hidden_;
  std::int64_t length_;
  std::string score_;
  torch::nn::Linear tokens_;
  torch::nn::Embedding ages_;  ///< row 0: the current input
  std::shared_ptr<AttentionPooling> pooling_;
};

}  // namespace

std::shared_ptr<Memory> make_temporal(const config::MemoryOptions& options, std::int64_t width,
                                      std::int64_t /*attended*/) {
  return std::make_shared<Temporal>(options, width);
}

}  // namespace qarium::nn
