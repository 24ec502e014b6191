#pragma once
#include <functional>
#include <memory>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/attention/attention.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/fusion/fusion.hpp"
#include "engine/nn/head/head.hpp"
#include "engine/nn/memory/memory.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::nn {

/// What came before each observation, for the memory: [B], or [T, B] of a sequence.
struct Previous {
  torch::Tensor action;  ///< int64; -1 where an episode begins
  torch::Tensor reward;  ///< float32
};

/// The first steps of sequences that only bring the state up to date: no gradient passes through it from there to the
/// steps after them, but where the episode begins with the sequence.
struct BurnIn {
  std::int64_t steps = 0;
  torch::Tensor begins;  ///< bool [B]: where the episode begins; undefined: nowhere
};

/// What the recurrent cell, Attention and Memory, makes of a sequence.
struct CellOutput {
  torch::Tensor attended;  ///< [T * B, D or A, D]
  torch::Tensor memory;    ///< [T * B, M]
  MemoryState state;       ///< after the last step
};

/// What the Head gives with the state after it.
struct PolicyOutput {
  torch::Tensor values;  ///< [B, O], of a sequence [T, B, O]: of actions' returns, or logits and V (HeadOutputs)
  MemoryState state;
};

/// The five stages in a row: observation -> Encoder -> Attention -> Memory -> Fusion -> Head -> action values, or
/// their distributions, or with a critic (config::has_critic) logits and a state value.
///
/// Attention and Memory are one recurrent cell. Its state is the memory's, and the memory's last output behind it where
/// that asks (attention.query = memory). Behind both stand the states that a critic with attention weighs.
class Network final : public torch::nn::Module {
 public:
  /// Throws core::UserError where the stages do not compose.
  Network(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec);

  /// Whether there is a memory.
  bool remembers() const { return remembered_ > 0; }
  /// Whether anything is carried from step to step, by a memory or by a critic with attention: then earlier
  /// observations matter.
  bool recurrent() const { return remembers() || head_->critic() != nullptr; }

  /// observation [B, ...] float32 -> outputs [B, O], as at the beginning of an episode.
  torch::Tensor forward(const torch::Tensor& observation, Probe* probe = nullptr);

  /// With gradient where a memory learns it.
  MemoryState initial_state(std::int64_t batch);
  /// What each tensor of it is.
  std::vector<std::string> state_names() const;
  PolicyOutput step(const torch::Tensor& observation, const Previous& previous, const MemoryState& state,
                    Probe* probe = nullptr);
  /// observations [T, B, ...]. The same as T steps, with all that does not wait for the memory computed at once.
  PolicyOutput sequence(const torch::Tensor& observations, const Previous& previous, const MemoryState& state,
                        const BurnIn& burn_in = {});
  /// Of it the part between tokens and fusion. Where the memory asks, `in` is the tokens of T * B; elsewhere what
  /// is attended to already.
  CellOutput cell(const Tokens& in, const Previous& previous, const MemoryState& state, const BurnIn& burn_in);
  bool asked_by_memory() const { return asked_by_memory_; }
  /// Of a state what is the cell's, and what a critic with attention carries.
  MemoryState of_cell(const MemoryState& state) const;
  MemoryState of_critic(const MemoryState& state) const;
  /// Whether the memory is told the action and the reward before each observation, and how wide its input is: I.
  bool told_action() const { return hyperparameters_.memory.action_input; }
  bool told_reward() const { return hyperparameters_.memory.reward_input; }
  std::int64_t memory_inputs() const {
    return attention_->output_shape().back() + (told_action() ? actions_ : 0) + (told_reward() ? 1 : 0);
  }

  /// The first block whose output for these observations, each as at the beginning of an episode, is no longer finite;
  /// empty where all are.
  std::string first_not_finite(const torch::Tensor& observation);

  /// Whether blocks may use fused operations of their own.
  void use_fused(bool fused);
  /// What is random in its blocks, for the passes until `settle`, after which the network is its mean.
  void draw_noise(core::RandomStream& stream, Noise noise);
  void settle();
  /// How the rectified units of its layers answer these observations; of a network with a memory only the Encoder's,
  /// since what the Head is given depends on what came before.
  std::vector<protocol::LayerActivity> layer_activity(const torch::Tensor& observation);
  /// Units that are dormant for these observations are drawn anew (ReDo, Sokar 2023, algorithm 1): their incoming
  /// weights as at first, their biases 0, their outgoing weights 0. `changed` hears of every part of a parameter that
  /// was written. Returns how many. Layers whose outgoing weights lie in attention or memory, and noisy ones, stay as
  /// they are. Where layers are normalised the units beside a new one answer a little otherwise.
  std::int64_t recycle_dormant(const torch::Tensor& observation, core::RandomStream stream,
                               const std::function<void(const torch::Tensor& part)>& changed);

  /// Where the tokens that attention weighs lie.
  TokenGrid grid() const { return encoder_->grid(); }
  /// The block of a stage, under the name of the stage in lower case ("encoder").
  StageBlock& block(core::Stage stage);
  Encoder& encoder() { return *encoder_; }
  Attention& attention() { return *attention_; }
  Memory& memory() { return *memory_; }
  const Memory& memory() const { return *memory_; }
  Fusion& fusion() { return *fusion_; }
  Head& head() { return *head_; }
  /// A, how many numbers the Head gives, and whether each action is attended to by itself.
  std::int64_t actions() const { return actions_; }
  std::int64_t outputs() const { return head_->output_shape().front(); }
  bool per_action() const { return attention_->output_shape().size() == 2; }
  /// Where learning from a stream normalises observations: what is taken from each number, and what it is multiplied by
  /// then. They lie among the parameters, and no gradient reaches them. Elsewhere undefined.
  torch::Tensor observation_mean() const { return observation_mean_; }
  torch::Tensor observation_scale() const { return observation_scale_; }
  const std::vector<std::int64_t>& observation_shape() const { return observation_shape_; }
  protocol::NetworkView view();

 private:
  /// A layer of rectified units: what it gives, and its weights as far as its units can be drawn anew.
  struct HiddenLayer {
    core::Stage stage;
    std::string name;
    torch::Tensor output;
    HiddenWeights weights;
  };
  std::vector<HiddenLayer> hidden_layers(const torch::Tensor& observation);
  /// [..., D or A, D] with what came before -> the memory's input [..., I].
  torch::Tensor memory_input(const torch::Tensor& attended, const Previous& previous) const;
  /// Of the cell's state what is the memory's: all but the last output, where attention is asked by it.
  MemoryState of_memory(const MemoryState& state) const;
  /// Tensors of the state that are the cell's.
  std::size_t cell_parts() const { return memory_->state_names().size() + (asked_by_memory_ ? 1 : 0); }
  /// What the memory gave last; undefined where attention does not ask it.
  torch::Tensor last_output(const MemoryState& state) const;
  /// attended [n, D or A, D], memory_output [n, M] -> what Fusion gives [n, (A,) F].
  torch::Tensor fuse(const torch::Tensor& attended, torch::Tensor memory_output, Probe* probe);
  /// fused [T B, (A,) F] -> outputs [T, B, O]; where the critic has attention V is weighed, and the states that it
  /// carries, the last of `before`, go behind `after`.
  torch::Tensor answer(const torch::Tensor& fused, std::int64_t steps, const MemoryState& before, MemoryState& after,
                       Probe* probe);
  /// attended [n, D or A, D], memory_output [n, M] -> outputs [n, O], of one state each.
  torch::Tensor evaluate(const torch::Tensor& attended, torch::Tensor memory_output, Probe* probe);
  CellOutput scanned_cell(const Tokens& tokens, const Previous& previous, const MemoryState& state,
                          const BurnIn& burn_in);

  config::Hyperparameters hyperparameters_;
  std::vector<std::int64_t> observation_shape_;
  std::int64_t actions_;
  std::int64_t remembered_ = 0;  ///< M
  bool asked_by_memory_;
  torch::Tensor observation_mean_;
  torch::Tensor observation_scale_;
  std::shared_ptr<Encoder> encoder_;
  std::shared_ptr<Attention> attention_;
  std::shared_ptr<Memory> memory_;
  std::shared_ptr<Fusion> fusion_;
  std::shared_ptr<Head> head_;
};

}  // namespace qarium::nn
