#include <algorithm>

#include "engine/nn/attention/attention_pooling.hpp"
#include "engine/nn/memory/ages.hpp"
#include "engine/nn/memory/sequence_memory.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// The last C pairs (s_i, a_i) of the episode, embedded, as keys and values that the current input asks (METHODS
/// section 3); zeros while there are none. The pair of a step is known at the next, whose input tells the action.
/// State: the pairs, oldest first [B, C, hidden], which of them there are [B, C] (1 or 0), s of the step before [B, D]
/// and whether there was one [B, 1].
///
/// Reports `memory.bank_weights` [B, H, C], `memory.bank_age` [B, C], -1 where nothing stands, and `memory.bank` [B, C,
/// hidden].
class MemoryBank final : public SequenceMemory {
 public:
  MemoryBank(const config::MemoryOptions& options, std::int64_t width, std::int64_t seen)
      : width_(width),
        seen_(seen),
        actions_(options.action_input ? std::max<std::int64_t>(0, width - seen - (options.reward_input ? 1 : 0)) : 0),
        hidden_(options.hidden),
        length_(options.length),
        score_(options.score),
        pair_(register_module("pair", torch::nn::Linear(seen_ + actions_, hidden_))),
        pooling_(register_module("pooling", make_pooling(score_, width, hidden_, options.heads, Queries::Few))) {}

  MemoryState initial_state(std::int64_t batch) override {
    const auto options = pair_->weight.options().requires_grad(false);
    return {torch::zeros({batch, length_, hidden_}, options), torch::zeros({batch, length_}, options),
            torch::zeros({batch, seen_}, options), torch::zeros({batch, 1}, options)};
  }

  std::vector<std::string> state_names() const override { return {"pairs", "there", "seen", "seen_before"}; }

  std::vector<std::int64_t> output_shape() const override { return {hidden_}; }
  std::vector<std::string> layers() const override {
    return {"bank of the last " + std::to_string(length_) + " pairs, " + std::to_string(seen_) + " + " +
                std::to_string(actions_) + " -> " + std::to_string(hidden_),
            score_ + " attention"};
  }

 private:
  /// All pairs of the T steps in one row behind those of the bank; step t sees the C that end with the pair it
  /// completes.
  MemoryOutput run(const Tensor& inputs, const MemoryState& state, Probe* probe) override {
    const auto batch = inputs.size(0);
    const auto steps = inputs.size(1);
    const auto queries = inputs.contiguous();
    const auto seen = torch::cat({state[2].unsqueeze(1), queries.narrow(2, 0, seen_)}, 1);
    const auto complete = torch::cat({state[3], torch::ones({batch, steps - 1}, state[3].options())}, 1);
    const auto made = pair_(torch::cat({seen.narrow(1, 0, steps), queries.narrow(2, seen_, actions_)}, 2));
    const auto pairs = torch::cat({state[0], made * complete.unsqueeze(2)}, 1);
    const auto there = torch::cat({state[1], complete}, 1);

    const auto place = torch::arange(length_ + steps, torch::device(inputs.device()));
    const auto newest = torch::arange(length_, length_ + steps, torch::device(inputs.device())).unsqueeze(1);
    const auto in_reach = (place <= newest).logical_and(place > newest - length_);
    const auto mask = (there > 0.5).unsqueeze(1).logical_and(in_reach);
    const auto attended = pooling_->attend(queries, pooling_->prepare(pairs), mask, nullptr);
    // Where there are heads, W_o would make something of nothing.
    const auto output = attended.output * mask.any(2, true);

    MemoryOutput memory_output{output,
                               {pairs.narrow(1, steps, length_), there.narrow(1, steps, length_),
                                seen.select(1, steps).clone(), torch::ones_like(state[3])}};
    if (probe != nullptr) {
      probe->memory = WindowReport{attended.weights.select(2, steps - 1).narrow(2, steps, length_),
                                   ages_of(memory_output.state[1] > 0.5, 1)};
    }
    return memory_output;
  }

  std::int64_t width_;
  std::int64_t seen_;     ///< D
  std::int64_t actions_;  ///< 0 where the input does not tell the action
  std::int64_t hidden_;
  std::int64_t length_;
  std::string score_;
  torch::nn::Linear pair_;
  std::shared_ptr<AttentionPooling> pooling_;
};

}  // namespace

std::shared_ptr<Memory> make_memory_bank(const config::MemoryOptions& options, std::int64_t width, std::int64_t seen) {
  return std::make_shared<MemoryBank>(options, width, seen);
}

}  // namespace qarium::nn
