#pragma once
#include <memory>
#include <optional>
#include <vector>

#include "engine/agent/learner.hpp"
#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"
#include "engine/agent/rollout/rollout.hpp"
#include "engine/agent/schedules.hpp"

namespace qarium::agent {

/// What the families have in common that learn from rollouts, each used for one round of updates and begun anew: acting
/// in n_envs environments for n_steps, then minibatches of the rollout, n_epochs times. What an action is chosen by,
/// what is learned and with which loss is the family's.
///
/// With a memory an update goes over whole sequences of environments, cut where episodes end, from the states stored at
/// the rollout's start (METHODS section 6).
class RolloutLearner : public Learner {
 public:
  Policy& policy() final { return *policy_; }
  core::Circumstances circumstances() const final;
  protocol::LearnerStatus status(const protocol::Position& position) const override;

  std::span<std::byte> observation(std::size_t i) final { return rollout_->observation(next_step_[i], i); }
  void act(const protocol::Position& position, std::span<int> actions) final;
  void observe(std::size_t i, int action, const env::StepResult& result) final;
  void begin_episode(std::size_t i) final;
  void abandon_episode(std::size_t i) final;
  void resume_episode(std::size_t i, int last_action, float last_reward) final;
  void end_step(const protocol::Position& position) final;

  bool update_due() const final { return updating_; }
  std::span<const float> update(const protocol::Position& position) final;
  bool rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
               bool new_episodes) final;
  void save(core::Archive& archive) final;
  void restore(const core::Archive& archive) final;

  std::vector<std::vector<std::byte>> some_observations(std::size_t most) const final;
  std::vector<protocol::LayerActivity> layer_activity() final;
  std::vector<protocol::BlockNorms> block_norms() final;
  std::int64_t recycle_dormant(core::RandomStream stream) final;
  void prepare_thread() const final;

  const Rollout& rollout() const { return *rollout_; }
  NetworkPolicy& network() { return *policy_; }

 protected:
  RolloutLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                 torch::Device device);

  /// What one environment is answered.
  struct Answer {
    std::span<const float> preferences;
    float state_value = 0;  ///< where there is a critic
  };
  /// Chooses an action by this answer, and notes in `step` what it is learned from later. `stream` is the
  /// environment's.
  virtual int choose(const protocol::Position& position, const Answer& answer, core::RandomStream& stream,
                     RolloutStep& step) = 0;
  /// What a state is worth by this answer.
  virtual float value_of(const Answer& answer) const = 0;
  /// The rollout is full: computes what is learned from it. `last_values`: of the observations after the last step.
  virtual void compute_targets(std::span<const float> last_values) = 0;
  /// Times that a round goes over the rollout, and whether each time is one update.
  virtual std::int64_t epochs() const { return hyperparameters_.n_epochs; }
  virtual bool at_once() const { return false; }
  /// The loss over these samples (step * environments + environment) with outputs [n, O], and its gradient with respect
  /// to the outputs into `slope`; empty where the round shall end here, without an update.
  virtual std::optional<double> loss(std::span<const std::size_t> minibatch, std::span<const float> outputs,
                                     std::span<float> slope) = 0;
  /// What update_metrics names, of the last loss.
  virtual std::vector<float> measured(double gradient_norm) const = 0;
  /// What `compute_targets` made, for checkpoints in the middle of a round.
  virtual void save_targets(core::ByteWriter& out) const = 0;
  virtual void restore_targets(core::ByteReader& in) = 0;

  const config::Hyperparameters& hyperparameters() const { return hyperparameters_; }
  std::size_t environments() const { return static_cast<std::size_t>(hyperparameters_.n_envs); }
  const RolloutStep& sample(std::size_t number) const {
    return rollout_->step(number / environments(), number % environments());
  }

 private:
  void begin_rollout();
  /// Of a pass that acts, or values what acting came to: noise is drawn for it, where the Head is noisy.
  PolicyOutput evaluate(Observations observations, RecurrentState& state);
  Answer answer(const PolicyOutput& output, std::size_t i) const;
  std::vector<std::span<const std::byte>> current_observations();

  // A round of updates. What is drawn are transitions, or with a memory environments with all their steps.
  std::size_t units() const { return policy_->recurrent() ? environments() : environments() * rollout_->steps(); }
  std::size_t units_of_an_update() const;
  void begin_round();
  void draw_order();
  std::vector<std::size_t> next_minibatch();
  std::optional<double> pass_over(std::span<const std::size_t> minibatch);
  std::optional<double> pass_over_sequences(std::span<const std::size_t> minibatch);

  void save_exact(core::Archive& archive) const;
  void restore_exact(const core::Archive& archive);

  config::Hyperparameters hyperparameters_;
  env::EnvironmentSpec spec_;
  std::unique_ptr<NetworkPolicy> policy_;
  Optimizer optimizer_;
  std::uint32_t rebuilds_ = 0;
  std::unique_ptr<Rollout> rollout_;
  std::vector<std::size_t> next_step_;  ///< where each environment's current observation lies in the rollout
  RecurrentState state_;                ///< of the learning environments
  RecurrentState first_state_;          ///< the same at the rollout's first step
  std::vector<core::RandomStream> exploration_streams_;  ///< one an environment
  core::RandomStream order_stream_;
  core::RandomStream acting_noise_;
  core::RandomStream update_noise_;

  bool updating_ = false;
  std::vector<std::uint32_t> order_;  ///< of this epoch's units
  std::size_t next_unit_ = 0;
  std::int64_t epoch_ = 0;

  PresentHyperparameters present_;
  std::vector<float> seen_;
  std::vector<float> slope_;
  std::vector<float> measured_;
};

}  // namespace qarium::agent
