#pragma once
#include <memory>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/agent/dqn/update_health.hpp"
#include "engine/agent/learner.hpp"
#include "engine/agent/schedules.hpp"

namespace qarium::agent {

/// The family `dqn`: epsilon-greedy steps into replay, updates from samples or, for an agent with a memory, from
/// sequences of it, and a target network (METHODS section 4).
class DqnLearner final : public Learner {
 public:
  DqnLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device);

  Policy& policy() override { return dqn_.online(); }
  core::Circumstances circumstances() const override;
  std::vector<protocol::Metric> update_metrics() const override;
  std::vector<protocol::Metric> gauge_metrics() const override;
  std::vector<float> gauges(const protocol::Position& position) const override;
  protocol::LearnerStatus status(const protocol::Position& position) const override;

  std::span<std::byte> observation(std::size_t i) override { return replay_->current(i); }
  void act(const protocol::Position& position, std::span<int> actions) override;
  void observe(std::size_t i, int action, const env::StepResult& result) override;
  void begin_episode(std::size_t i) override;
  void abandon_episode(std::size_t i) override;
  void resume_episode(std::size_t i, int last_action, float last_reward) override;
  void end_step(const protocol::Position& position) override;

  bool update_due() const override { return updates_due_ > 0; }
  std::span<const float> update(const protocol::Position& position) override;
  bool rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
               bool new_episodes) override;
  void save(core::Archive& archive) override;
  void restore(const core::Archive& archive) override;
  std::vector<std::byte> experience_since(ExperienceMark& mark) const override;
  ExperienceMark oldest_experience() const override;

  bool describe_replay(const env::Environment& renderer, const protocol::Position& position,
                       protocol::ReplayView& view) const override;
  bool describe_update(const env::Environment& renderer, const protocol::Position& position,
                       protocol::UpdateView& view) override;
  void watch_updates(bool watched) override { dqn_.watch(watched); }
  std::vector<std::vector<std::byte>> some_observations(std::size_t most) const override {
    return replay_->some_observations(most);
  }
  protocol::LearnerHealth health() const override;
  std::vector<protocol::LayerActivity> layer_activity() override;
  std::vector<protocol::BlockNorms> block_norms() override;
  std::int64_t recycle_dormant(core::RandomStream stream) override;
  void prepare_thread() const override;

  Dqn& dqn() { return dqn_; }
  const ReplayBuffer& replay() const { return *replay_; }
  /// Null where the agent has no memory.
  const SequenceReplay* sequences() const { return sequences_.get(); }
  /// What the agent carries from step to step in the learning environments.
  const RecurrentState& recurrent_state() const { return recurrent_state_; }
  /// Collecting the first transitions of a new replay; no updates yet.
  bool filling() const;

 private:
  /// What is made anew by a change of hyperparameters.
  struct Change {
    bool network, replay, sampling, sequences;
  };
  Change change_to(const config::Hyperparameters& changed, const env::EnvironmentSpec& spec) const;
  std::size_t environments() const { return static_cast<std::size_t>(hyperparameters_.n_envs); }
  /// Environment steps before the next update, where none is due; -1 where that is not known.
  std::int64_t steps_to_update() const;
  void begin_streams();
  void save_exact(core::Archive& archive) const;
  void restore_exact(const core::Archive& archive);
  void save_last_update(core::Archive& archive) const;
  void restore_last_update(const core::Archive& archive);
  void restore_experience(const std::vector<std::vector<std::byte>>& parts);
  void take_recurrent_state(RecurrentState fresh);
  void act_without_memory(double epsilon, std::span<int> actions);
  void act_with_memory(double epsilon, std::span<int> actions);
  void remember_facts(const UpdateReport& report);
  /// Slots that may have been overwritten since the last update sampled, in each environment.
  std::int64_t written_since_update(const protocol::Position& position) const;
  /// Of transition i of the last batch, without its pictures.
  void describe_transition(std::size_t i, protocol::TransitionView& sample) const;

  config::Hyperparameters hyperparameters_;
  env::EnvironmentSpec spec_;
  Dqn dqn_;
  std::unique_ptr<ReplayBuffer> replay_;
  std::unique_ptr<SequenceReplay> sequences_;  ///< null where the agent has no memory
  RecurrentState recurrent_state_;             ///< of the learning environments
  std::vector<bool> in_episode_;               ///< a step of the environment's present episode was taken
  core::RandomStream replay_stream_;
  core::RandomStream acting_noise_;
  std::vector<core::RandomStream> exploration_streams_;  ///< one an environment
  std::uint64_t replay_number_ = 1;                      ///< counts the replays that were made
  std::int64_t steps_in_replay_ = 0;
  std::int64_t steps_since_round_ = 0;
  std::int64_t steps_since_target_ = 0;
  std::int64_t target_copies_ = 0;
  UpdateHealth health_;
  PresentHyperparameters present_;
  std::int64_t updates_due_ = 0;
  std::int64_t last_update_step_ = -1;  ///< environment steps when the last update sampled; -1: not from this replay
  protocol::UpdateFacts facts_;         ///< of the last update
  bool update_known_ = false;           ///< its batch is of this network, replay and these sequences
  std::vector<float> values_after_;
  std::vector<float> measured_;
};

}  // namespace qarium::agent
