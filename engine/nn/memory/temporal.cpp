#include "engine/nn/attention/scorer.hpp"
#include "engine/nn/memory/window.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Attention of the current input over the last K of them, itself included (METHODS section 3, after Bahdanau 2015 and
/// Vaswani 2017, the score being `memory.score`), with a learned position by age.
///
/// Reports `memory.window_weights` [B, H, K], oldest first, and `memory.window_age` [B, K], -1 where nothing stands.
class Temporal final : public WindowMemory {
 public:
  Temporal(const core::MemoryOptions& options, std::int64_t width)
      : WindowMemory(options, width),
        score_(options.score),
        scorer_(register_module("scorer",
                                make_scorer(options.score, width, options.hidden, options.heads, Queries::Few))) {}

  std::vector<std::string> layers() const override {
    return {score_ + " attention over the last " + std::to_string(length_) + ", " + std::to_string(width_) + " -> " +
            std::to_string(hidden_)};
  }

 private:
  Tensor look(const Tensor& tokens, const Tensor& known, const Tensor& current, Probe* probe) override {
    const auto attended = scorer_->attend(current.unsqueeze(1), scorer_->prepare(tokens), known.unsqueeze(1), nullptr);
    if (probe != nullptr) {
      probe->report("memory.window_weights", attended.weights.squeeze(2));
      probe->report("memory.window_age", ages_of(known, 0));
    }
    return attended.output.squeeze(1);
  }
  std::string score_;
  std::shared_ptr<Scorer> scorer_;
};

}  // namespace

std::shared_ptr<Memory> make_temporal(const core::MemoryOptions& options, std::int64_t width) {
  return std::make_shared<Temporal>(options, width);
}

}  // namespace qarium::nn
