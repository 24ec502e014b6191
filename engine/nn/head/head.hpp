#pragma once
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/head/critic_attention.hpp"
#include "engine/nn/head/returns.hpp"
#include "engine/nn/head/stream.hpp"
#include "engine/nn/stage_block.hpp"

namespace qarium::nn {

/// What the numbers of an output are.
enum class HeadOutputs {
  ActionValues,    ///< of each action's return: A, or A N of a distribution (Returns), those of an action side by side
  PolicyAndValue,  ///< a logit of each action, and behind them V(s): A + 1
};

/// What the Head is built for.
struct HeadInputs {
  std::int64_t width = 0;  ///< F
  std::int64_t actions = 0;
  bool per_action = false;  ///< fused [B, A, F]
  HeadOutputs outputs = HeadOutputs::ActionValues;
  Returns returns = {};
  LayerStyle layers = {};
  std::int64_t critic_window = 0;  ///< K states that the critic weighs; 0: V is of the present one alone
};

/// fused [B, F] -> outputs [B, O]. With `dueling` (Wang 2016, equation 9) Q = V + advantage - mean advantage, of a
/// distribution number by number. Two streams, of advantage and value or of policy and value, have each their own
/// hidden layers. With `per_action` every action's vector goes through the same layers; V comes from their mean.
///
/// An implicit distribution asks for fractions tau: what is fused is multiplied with
/// relu(linear(cos(pi i tau), i = 0 .. 63)) (Dabney 2018b, equation 4), and goes through the streams once for each.
class Head final : public StageBlock {
 public:
  Head(const config::HeadOptions& options, const HeadInputs& inputs);
  torch::Tensor forward(const torch::Tensor& fused);
  /// What its layers of rectified units give, each with its name: "layer 1", "value, layer 1".
  std::vector<std::pair<std::string, torch::Tensor>> activations(const torch::Tensor& fused);
  /// Their weights, in the same order.
  std::vector<HiddenWeights> hidden_weights() const;
  /// What reads the numbers that the Head is given, of each stream.
  std::vector<torch::Tensor> first_weights() const;
  std::vector<std::int64_t> output_shape() const override;
  std::vector<std::string> layers() const override;
  std::unique_ptr<FusedStage> fused() override;

  /// What weighs the values of past states where the critic has attention, else null. `forward` gives v(s) of the
  /// present state alone; the Network carries the states.
  CriticAttention* critic() { return critic_.get(); }
  /// It behind the Head's own passes over plain arrays; null where there is none, or the value stream has no such form.
  std::unique_ptr<FusedCritic> fused_critic() const;
  /// What the value head is given: fused [n, (A,) F] -> [n, F].
  torch::Tensor state_of(const torch::Tensor& fused) const { return inputs_.per_action ? fused.mean(1) : fused; }
  /// states [..., F] -> v [...]
  torch::Tensor state_values(const torch::Tensor& states) { return value_->forward(states).squeeze(-1); }
  const Returns& returns() const { return inputs_.returns; }
  /// Of an implicit distribution: the fractions [rows, n] that the passes over so many rows ask for, from here on; [n]
  /// are asked for in every row. Noise::Policy draws kActingFractions of them.
  void ask(std::vector<float> fractions, std::int64_t n);
  std::int64_t asked() const { return asked_; }
  void draw_noise(core::RandomStream& stream, Noise noise) override;
  /// No noise, and of an implicit distribution the midpoints of kActingFractions.
  void settle() override;

 private:
  bool criticises() const { return inputs_.outputs == HeadOutputs::PolicyAndValue; }
  bool implicit() const { return inputs_.returns.kind == Returns::Kind::Implicit; }
  bool two_streams() const { return dueling_ || criticises(); }
  /// Of the stream that tells actions apart.
  const char* name() const;
  /// Of an implicit distribution: fused [B, (A,) F] -> [B n, (A,) F].
  torch::Tensor at_fractions(const torch::Tensor& fused);
  /// fused [B, (A,) F] -> [B, A, numbers], the value and the advantages joined.
  torch::Tensor distributions(const torch::Tensor& fused);

  HeadInputs inputs_;
  bool dueling_;
  std::shared_ptr<Stream> actions_stream_;   ///< action values, advantages or logits
  std::shared_ptr<Stream> value_;            ///< null where there is one stream
  std::shared_ptr<CriticAttention> critic_;  ///< null where V is of one state
  torch::nn::Linear cosine_{nullptr};        ///< of an implicit distribution
  std::vector<float> fractions_;             ///< [rows, asked_] or [asked_]; empty: the midpoints
  std::int64_t asked_ = kActingFractions;
};

}  // namespace qarium::nn
