#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/agent/family.hpp"
#include "engine/core/archive.hpp"
#include "engine/core/recent_mean.hpp"
#include "engine/env/vector_environment.hpp"
#include "engine/protocol/history.hpp"
#include "engine/protocol/metrics.hpp"
#include "engine/protocol/position.hpp"
#include "engine/protocol/snapshot.hpp"
#include "engine/train/episodes_in_progress.hpp"
#include "engine/train/evaluator.hpp"

namespace qarium::train {

class TrainLoop;

/// What happens in a training loop, told to the layers around it. Called from inside tick().
class TrainEvents {
 public:
  virtual ~TrainEvents() = default;
  /// Metrics that were measured at the loop's present position.
  virtual void on_metrics(const TrainLoop& /*loop*/, std::span<const protocol::MetricValue> /*values*/) {}
  virtual void on_update(const TrainLoop& /*loop*/) {}
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
/// or one step of an evaluation, whichever is due. It keeps environments, clock and evaluation and knows no family of
/// learners. The window, the command line, tests and benchmarks all run this. The same hyperparameters, build,
/// instruction set and thread count give the same parameters, bit for bit, on a CPU.
class TrainLoop {
 public:
  /// `device` is "auto", "cpu" or "cuda". `events` may be null and must outlive the loop. Throws core::UserError for
  /// hyperparameters that do not fit together.
  TrainLoop(const config::Hyperparameters& hyperparameters, const std::string& device, TrainEvents* events,
            agent::Families families = agent::families());
  /// Goes on from a checkpoint of a loop with these hyperparameters, as `restore`.
  TrainLoop(const core::Archive& checkpoint, const config::Hyperparameters& hyperparameters, const std::string& device,
            TrainEvents* events, agent::Families families = agent::families());

  /// Throws std::runtime_error where learning has diverged; the parameters are those before the update.
  Tick tick();
  /// The last step reached and the last evaluation done.
  bool finished() const;
  /// Where learning stops: after n_timesteps environment steps, or after `steps` where that was asked for. Schedules go
  /// by n_timesteps alone; a change of n_timesteps is where it stops again.
  void stop_at(std::int64_t steps);
  /// Draws the network's dormant units anew; returns how many.
  std::int64_t recycle_dormant();
  std::int64_t last_step() const { return stop_.value_or(now_.hyperparameters.n_timesteps); }

  /// Changes one hyperparameter at once, rebuilding what must be: network blocks that keep their shape keep weights and
  /// moments; replay stays where its size and the environment stay. Throws core::UserError or std::bad_alloc and
  /// changes nothing.
  void set(const std::string& name, const config::Value& value);
  /// Begins again from nothing. Throws as above and changes nothing.
  void configure(const config::Hyperparameters& hyperparameters);

  /// All that a checkpoint holds, but for the learner's experience.
  core::Archive save();
  /// Goes on from what `save` wrote of a loop with these hyperparameters: exactly, as one that was never stopped, where
  /// the archive has its sections and the experience. Throws core::UserError and changes nothing where it does not fit.
  void restore(const core::Archive& archive, const config::Hyperparameters& hyperparameters);

  const config::Hyperparameters& hyperparameters() const { return now_.hyperparameters; }
  const protocol::Position& position() const { return position_; }
  /// Calls of tick() since construction, or since that of the loop that this one goes on with.
  std::int64_t ticks() const { return ticks_; }
  std::int64_t episodes() const { return episodes_; }
  /// Counts the networks made: another number, another structure.
  std::uint64_t rebuilds() const { return rebuilds_; }
  /// Mean over the last 100 episodes; NaN before the first.
  double mean_return_100() const { return returns_.mean(); }
  bool evaluating() const { return evaluator_ != nullptr; }
  const std::optional<Evaluation>& last_evaluation() const { return last_evaluation_; }
  const std::optional<double>& best_evaluation() const { return best_evaluation_; }

  agent::Learner& learner() { return *now_.learner; }
  const agent::Learner& learner() const { return *now_.learner; }
  protocol::LearnerStatus learner_status() const { return now_.learner->status(position_); }
  std::vector<EpisodeInProgress> episodes_in_progress() const;
  const env::VectorEnvironment& environments() const { return *now_.environments; }
  /// How environment number 0 stands, and the step that led there.
  void describe_environment(protocol::LearnerMoment& moment) const;
  const env::EnvironmentSpec& spec() const { return now_.environments->spec(); }

  /// What is measured here: of episodes and evaluations, and by the learner at each update (`update_metrics`) and at
  /// any moment (`gauge_metrics`). Whoever listens may add its own.
  protocol::MetricTable& metrics() { return metrics_; }
  const protocol::MetricTable& metrics() const { return metrics_; }
  const std::vector<protocol::MetricId>& update_metrics() const { return update_metrics_; }
  const std::vector<protocol::MetricId>& gauge_metrics() const { return gauge_metrics_; }

 private:
  /// What is made by a configuration, with the episodes in progress.
  struct World {
    config::Hyperparameters hyperparameters;
    std::unique_ptr<env::VectorEnvironment> environments;
    std::unique_ptr<agent::Learner> learner;
    std::vector<double> returns;                       ///< of each environment's episode so far
    std::vector<std::vector<int>> actions;             ///< since each environment's episode began
    std::vector<std::vector<float>> rewards;           ///< that they led to, as they are learned from
    std::vector<std::vector<std::size_t>> lives_lost;  ///< at which of them a life was lost
  };
  World make_world(const config::Hyperparameters& hyperparameters) const;
  void adopt(World world);
  void retrace(World& world, std::size_t i, const EpisodeInProgress& episode) const;
  void register_metrics();
  /// What it takes to go on exactly.
  struct Exact {
    std::int64_t ticks = 0;
    std::int64_t steps_since_evaluation = 0;
    bool final_evaluation_done = false;
    std::optional<std::int64_t> stop;
    std::optional<Evaluation> last_evaluation;
    std::int64_t evaluation_ticks = -1;  ///< of an evaluation in progress; -1: none
    std::vector<double> returns;         ///< of the last episodes
  };
  void save_exact(core::Archive& archive) const;
  static std::optional<Exact> read_exact(const core::Archive& archive);
  void take_exact(const Exact& exact);

  void environment_tick(Tick& tick);
  void update_tick();
  void begin_evaluation();
  void evaluation_tick();
  void end_episode(std::size_t i, bool truncated);
  void schedule_evaluation();
  void tell(std::span<const protocol::MetricId> metrics, std::span<const float> values);

  std::string device_;
  TrainEvents* events_;
  agent::Families families_;
  World now_;
  std::unique_ptr<Evaluator> evaluator_;
  std::int64_t evaluation_ticks_ = 0;  ///< of the evaluation in progress
  std::optional<std::int64_t> stop_;

  protocol::Position position_;
  std::int64_t ticks_ = 0;
  std::uint64_t rebuilds_ = 0;
  std::int64_t episodes_ = 0;
  std::int64_t steps_since_evaluation_ = 0;
  bool final_evaluation_done_ = false;
  std::optional<Evaluation> last_evaluation_;
  std::optional<double> best_evaluation_;
  core::RecentMean returns_{100};

  protocol::MetricTable metrics_;
  std::vector<protocol::MetricId> episode_metrics_;  ///< return, length
  protocol::MetricId realised_metric_ = 0;
  protocol::MetricId evaluation_metric_ = 0;
  std::vector<protocol::MetricId> update_metrics_;
  std::vector<protocol::MetricId> gauge_metrics_;
  std::vector<protocol::MetricValue> told_;

  std::vector<int> actions_;
  std::vector<env::StepResult> results_;
  bool stepped_ = false;  ///< these two are of a step in these environments
};

}  // namespace qarium::train
