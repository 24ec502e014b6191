#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/core/recent_mean.hpp"
#include "engine/env/vector_environment.hpp"
#include "engine/protocol/history.hpp"
#include "engine/protocol/position.hpp"
#include "engine/train/episodes_in_progress.hpp"
#include "engine/train/evaluator.hpp"

namespace qarium::train {

class TrainLoop;

/// What happens in a training loop, told to whoever records it. Called from inside tick().
class TrainEvents {
 public:
  virtual ~TrainEvents() = default;
  virtual void on_update(const TrainLoop& /*loop*/, const agent::UpdateReport& /*report*/) {}
  virtual void on_episode(const TrainLoop& /*loop*/, const protocol::EpisodeRecord& /*record*/) {}
  /// `best`: no earlier evaluation was better.
  virtual void on_evaluation(TrainLoop& /*loop*/, const Evaluation& /*evaluation*/, bool /*best*/) {}
};

/// What one tick did.
struct Tick {
  enum class Work { EnvironmentStep, Update, Evaluation };
  Work work = Work::EnvironmentStep;
  std::int64_t episodes_ended = 0;
};

/// Learning as a sequence of ticks, with no thread in it: one transition in each environment, or one gradient update,
/// or one step of an evaluation, whichever is due. The window, the command line, tests and benchmarks all run this. The
/// same hyperparameters, build, instruction set and thread count give the same parameters, bit for bit, on a CPU.
class TrainLoop {
 public:
  /// `events` may be null and must outlive the loop. Throws core::UserError for hyperparameters that do not fit
  /// together.
  TrainLoop(const config::Hyperparameters& hyperparameters, torch::Device device, TrainEvents* events);

  /// Throws std::runtime_error where learning has diverged; the parameters are those before the update.
  Tick tick();
  /// n_timesteps reached and the last evaluation done.
  bool finished() const;

  /// Changes one hyperparameter at once, rebuilding what must be: network blocks that keep their shape keep weights and
  /// moments; replay stays where its size and the environment stay. Throws core::UserError and changes nothing.
  void set(const std::string& name, const config::Value& value);
  /// Begins again from nothing.
  void configure(const config::Hyperparameters& hyperparameters);

  const config::Hyperparameters& hyperparameters() const { return hyperparameters_; }
  const protocol::Position& position() const { return position_; }
  /// Calls of tick() since construction; never starts again.
  std::int64_t ticks() const { return ticks_; }
  std::int64_t episodes() const { return episodes_; }
  /// Counts the networks made: another number, another structure.
  std::uint64_t rebuilds() const { return rebuilds_; }
  double epsilon() const;
  /// Mean over the last 100 episodes; NaN before the first.
  double mean_return_100() const { return returns_.mean(); }
  bool evaluating() const { return evaluator_ != nullptr; }
  /// Collecting the first transitions of a new replay; no updates yet.
  bool filling() const;
  const std::optional<Evaluation>& last_evaluation() const { return last_evaluation_; }
  const std::optional<double>& best_evaluation() const { return best_evaluation_; }

  agent::Dqn& learner() { return *learner_; }
  const agent::ReplayBuffer& replay() const { return *replay_; }
  /// Null where the agent has no memory.
  const agent::SequenceReplay* sequences() const { return sequences_.get(); }
  const env::VectorEnvironment& environments() const { return *environments_; }
  const env::EnvironmentSpec& spec() const { return environments_->spec(); }
  torch::Device device() const { return device_; }
  /// Environment steps taken when the last update sampled; -1 while none has sampled from this replay.
  std::int64_t last_update_step() const { return last_update_step_; }

  EpisodesInProgress episodes_in_progress() const;
  /// Goes on with these episodes, which a loop of the same hyperparameters saved. Throws core::UserError, and begins
  /// anew, where one of them is over before its last action.
  void resume(const EpisodesInProgress& episodes);
  /// Continues from a saved place: counters only; the parameters are the learner's business.
  void restore(const protocol::Position& position, std::int64_t episodes, std::optional<double> best_evaluation);

 private:
  /// What is made anew by a change of hyperparameters.
  struct Change {
    bool environments, network, replay, sampling, sequences;
  };
  Change change_to(const config::Hyperparameters& changed, const env::EnvironmentSpec& new_spec) const;
  /// All of it but the network.
  void remake(const Change& change);

  void build_environments();
  void build_replay();
  void configure_sampling();
  void build_sequences();
  void forget_recurrent_state();
  void start_episodes();
  void act();
  void act_from_memory(double epsilon);
  void environment_tick(Tick& tick);
  void update_tick();
  void begin_evaluation();
  void evaluation_tick();
  void end_episode(std::size_t i);
  void retrace(std::size_t i, const EpisodesInProgress::Episode& episode);
  void schedule_after_step();

  config::Hyperparameters hyperparameters_;
  torch::Device device_;
  TrainEvents* events_;
  std::unique_ptr<env::VectorEnvironment> environments_;
  std::unique_ptr<agent::ReplayBuffer> replay_;
  std::unique_ptr<agent::SequenceReplay> sequences_;  ///< null where the agent has no memory
  agent::RecurrentState recurrent_state_;             ///< of the learning environments
  std::unique_ptr<agent::Dqn> learner_;
  std::unique_ptr<Evaluator> evaluator_;
  core::RandomStream replay_stream_;
  std::vector<core::RandomStream> exploration_streams_;

  protocol::Position position_;
  std::int64_t ticks_ = 0;
  std::uint64_t rebuilds_ = 0;
  std::int64_t episodes_ = 0;
  std::int64_t steps_in_replay_ = 0;
  std::int64_t steps_since_round_ = 0;
  std::int64_t steps_since_target_ = 0;
  std::int64_t steps_since_evaluation_ = 0;
  std::int64_t updates_due_ = 0;
  std::int64_t last_update_step_ = -1;
  bool final_evaluation_done_ = false;
  std::optional<Evaluation> last_evaluation_;
  std::optional<double> best_evaluation_;
  core::RecentMean returns_{100};

  std::vector<int> actions_;
  std::vector<env::StepResult> results_;
  std::vector<double> episode_returns_;
  std::vector<std::vector<int>> episode_actions_;  ///< since each environment's episode began
};

}  // namespace qarium::train
