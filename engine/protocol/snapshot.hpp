#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/core/stages.hpp"
#include "engine/protocol/alignment.hpp"
#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/basis.hpp"
#include "engine/protocol/counterfactual.hpp"
#include "engine/protocol/critic_view.hpp"
#include "engine/protocol/findings.hpp"
#include "engine/protocol/lanes.hpp"
#include "engine/protocol/memory_view.hpp"
#include "engine/protocol/metrics.hpp"
#include "engine/protocol/position.hpp"
#include "engine/protocol/return_distribution.hpp"
#include "engine/protocol/scene.hpp"
#include "engine/protocol/step_report.hpp"
#include "engine/protocol/update_view.hpp"

namespace qarium::protocol {

/// The parts of a snapshot that cost something to copy. Panels that are visible ask for theirs; a part nobody asked for
/// is not copied. Combine as bits in a needs-mask.
enum class Part : std::uint32_t {
  Replay = 1U << 0U,
  Network = 1U << 1U,
  Stage = 1U << 2U,
  ActionValues = 1U << 3U,
  Attention = 1U << 4U,        ///< weights and counterfactual at the moment looked at
  AttentionMatrix = 1U << 5U,  ///< which token asks which
  AttentionCurves = 1U << 6U,  ///< AttentionPoints while learning goes on
  Memory = 1U << 7U,           ///< memory at the moment looked at and over the episode, and counterfactual
  Laboratory = 1U << 8U,       ///< the laboratory's sample and curve
  LearnerStage = 1U << 9U,     ///< the learner's own first environment
  Update = 1U << 10U,          ///< the last gradient update with its whole batch
};
using Needs = std::uint32_t;
inline constexpr Needs kNothing = 0;
inline constexpr Needs kEverything = ~0U;
constexpr Needs operator|(Part a, Part b) {
  return static_cast<Needs>(a) | static_cast<Needs>(b);
}
constexpr Needs operator|(Needs needs, Part part) {
  return needs | static_cast<Needs>(part);
}
constexpr bool wants(Needs needs, Part part) {
  return (needs & static_cast<Needs>(part)) != 0;
}

enum class Activity {
  Starting,
  Filling,  ///< collecting the first `learning_starts` transitions
  Learning,
  Evaluating,
  Paused,
  Finished,  ///< n_timesteps reached
  Failed,    ///< stopped by an error, which stands in Status::error
};

/// How a learner stands, in the few words that every family can say.
struct LearnerStatus {
  bool filling = false;  ///< collecting the first experience; no updates yet
  double epsilon = 0;    ///< probability of a random action
  std::int64_t replay_size = 0;
  std::int64_t replay_capacity = 0;  ///< 0 where the family has no replay
  std::int64_t updates_due = 0;      ///< before the next environment step
  std::int64_t steps_to_update = 0;  ///< environment steps before the next update; 0 where one is due, -1: not known
  std::int64_t rollout_steps = 0;    ///< that each environment has taken of its present rollout
  std::int64_t rollout_length = 0;   ///< 0 where the family has no rollouts
};

/// A few words that are always copied.
struct Status {
  Activity activity = Activity::Starting;
  Position position;
  std::int64_t episodes = 0;
  std::int64_t n_envs = 1;
  double epsilon = 1;
  double steps_per_second = 0;
  double mean_return_100 = 0;  ///< over the last 100 training episodes; NaN before the first
  /// What no action value can truly be above: r_max / (1 - gamma), or less; infinite where not known.
  double value_bound = std::numeric_limits<double>::infinity();
  std::optional<double> best_evaluation;
  std::optional<double> last_evaluation;
  std::int64_t replay_size = 0;
  std::int64_t replay_capacity = 0;
  std::int64_t updates_due = 0;  ///< as LearnerStatus
  std::int64_t steps_to_update = 0;
  std::int64_t rollout_steps = 0;
  std::int64_t rollout_length = 0;
  StepReport stepped;        ///< the last advance by hand
  std::string device;        ///< "CPU, 1 thread", "CUDA (name)"
  std::string blas;          ///< in words: what multiplies matrices, and whether it had to be told
  bool tensorboard = false;  ///< an event file is written
  std::string run;           ///< run directory, empty when nothing is written
  std::string error;         ///< empty when all is well
};

struct Histogram {
  double low = 0;
  double high = 1;
  std::vector<std::int64_t> counts;
};

struct ReplayView {
  std::uint64_t version = 0;  ///< another number, another content
  std::int64_t size = 0;
  std::int64_t capacity = 0;
  std::size_t bytes = 0;             ///< of all
  std::size_t state_bytes = 0;       ///< of which states of the memory that sequences begin with
  std::size_t most_state_bytes = 0;  ///< to which these are held; 0 without a memory
  Histogram age;                     ///< environment steps since stored
  Histogram reward;                  ///< single-step rewards kept
  std::int64_t batch_size = 0;
  std::vector<TransitionView> batch;  ///< the first kSampleLimit of the last minibatch
  /// Of that batch: network, and as weights and position the update that it was for.
  Basis basis;
  UpdateFacts facts;  ///< of that update
};
inline constexpr std::size_t kSampleLimit = 32;

struct BlockView {
  core::Stage stage = core::Stage::Encoder;
  std::string kind;                  ///< "grid_conv", "none", "dueling"
  std::vector<std::int64_t> output;  ///< shape without the batch
  std::int64_t parameters = 0;
  std::vector<std::string> layers;  ///< "conv 3x3 4 -> 16", one line each
};

struct NetworkView {
  std::uint64_t version = 0;  ///< another number, another content
  std::vector<std::int64_t> observation;
  std::vector<BlockView> blocks;  ///< one per stage, in order
  std::int64_t actions = 0;
  std::int64_t parameters = 0;
  std::int64_t of_action =
      1;            ///< numbers that the Head's last layer gives for an action: more than one of a distribution
  float v_min = 0;  ///< least and greatest atom of a categorical one
  float v_max = 0;
};

/// The learner's own environment number 0, as its last step left it.
struct LearnerMoment {
  std::uint64_t version = 0;  ///< another number, another content
  Scene scene;
  std::int64_t step = 0;  ///< of its episode
  float return_so_far = 0;
  int action = -1;  ///< of the last step; -1 before the first
  float reward = 0;
  bool ended = false;  ///< that step ended an episode: `scene` is where the next one begins
};

/// What the trainer publishes: latest value, at most 60 times a second.
struct TrainerSnapshot {
  std::uint64_t sequence = 0;
  Status status;
  config::Hyperparameters hyperparameters;  ///< in force
  std::optional<ReplayView> replay;
  std::optional<NetworkView> network;
  std::optional<LearnerMoment> learner;  ///< Part::LearnerStage
  /// Part::Update: the last one; null before it was looked at. The same pointer is the same update.
  std::shared_ptr<const UpdateView> update;
  std::vector<std::string> action_names;
  /// Those known by now, by MetricId; null before the first snapshot.
  std::shared_ptr<const std::vector<Metric>> metrics;
  /// What should be known of how learning goes, the gravest first; null or empty when all is well.
  std::shared_ptr<const std::vector<Finding>> findings;
  std::shared_ptr<const LearnerHealth> health;  ///< as last looked at; null before
};

/// What led from one watched state to the next, and what the agent thought of it.
struct EpisodeFrame {
  std::uint64_t id = 0;      ///< no other moment has it, of whichever time line and lane
  std::int64_t index = 0;    ///< position on the stage's own time line
  std::int64_t episode = 0;  ///< watched episodes before this one
  std::int64_t step = 0;     ///< steps since the episode began
  float return_so_far = 0;
  float reward = 0;          ///< of the step that led here; 0 at the first
  int action = -1;           ///< taken from here; -1 while none is yet
  bool exploratory = false;  ///< the action was drawn at random
  bool chosen_by_user = false;
  bool terminated = false;
  bool truncated = false;
  std::vector<float> action_values;  ///< by which the greedy action is chosen: with a critic the policy's logits
  std::optional<float> state_value;  ///< V(s), where there is a critic
  std::optional<ReturnDistribution> returns;  ///< where the agent has one
  std::uint64_t network = 0;                  ///< that evaluated, as Basis::network
  Position parameters;                        ///< its learning position
};

/// Another lane than the current one, at the same index as the time cursor.
struct ComparedLane {
  std::uint64_t lane = 0;
  std::int64_t diverged_at = 0;  ///< the first index that is not the same moment on both
  bool over = false;             ///< the lane does not reach so far: `moment` is its last
  EpisodeFrame moment;
  std::optional<Scene> scene;  ///< Part::Stage
};

/// What the inspector publishes about the watched episode.
struct StageSnapshot {
  std::uint64_t sequence = 0;
  std::uint64_t time_line = 0;    ///< another number: indices may mean other moments
  Basis basis;                    ///< of what is shown: the newest network, the moment, the intervention in force
  EpisodeFrame moment;            ///< under the time cursor
  std::vector<float> values_now;  ///< the same state evaluated by the newest network; empty at the live end
  /// Part::ActionValues: the discounted return that followed the action taken here, as far as it is known: what is not
  /// known of it could change it no more than a twentieth.
  std::optional<float> followed;
  std::optional<CriticView> critic;   ///< Part::ActionValues; empty where V is of the present state alone
  std::optional<Scene> scene;         ///< Part::Stage
  std::vector<EpisodeFrame> history;  ///< Part::ActionValues: the moments around the cursor, oldest first
  std::vector<std::string> action_names;
  std::string environment;
  bool playing = false;
  double speed = 1;
  double natural_rate = 30;  ///< stage steps a second at speed 1
  double steps_per_second = 0;
  double epsilon = 0;
  bool can_resume = false;  ///< the moment's full state is kept and still fits the environment
  std::int64_t first = 0;   ///< oldest kept moment
  std::int64_t last = 0;    ///< newest
  std::size_t bytes = 0;
  std::size_t bytes_limit = 0;
  std::vector<std::int64_t> episode_starts;          ///< indices within first .. last
  std::vector<LaneView> lanes;                       ///< by id
  std::size_t lane_count = 0;                        ///< of all that are kept
  std::optional<ComparedLane> compared;              ///< after CompareLane
  std::uint64_t answered = 0;                        ///< number of the last command that was carried out or refused
  std::uint64_t undoable = 0;                        ///< number of the command that TakeBack undoes; 0: none
  std::optional<AttentionView> attention;            ///< Part::Attention; empty where the network has none
  std::shared_ptr<const AlignmentView> alignment;    ///< Part::Attention; null where no words are aligned
  std::optional<Counterfactual> counterfactual;      ///< Part::Attention or Memory; empty without an intervention
  std::shared_ptr<const Faithfulness> faithfulness;  ///< Part::Attention; null until something was measured
  // Part::Memory; null where the network has none.
  std::shared_ptr<const MemoryView> memory;
  std::shared_ptr<const MemoryEpisode> memory_episode;
  std::shared_ptr<const CounterfactualRollout> counterfactual_rollout;  ///< null until something was played
  std::vector<RecalledFrame> recalled;
  std::string error;
};

}  // namespace qarium::protocol
