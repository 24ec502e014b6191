#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/agent/family.hpp"
#include "engine/env/environment.hpp"
#include "engine/env/registry.hpp"
#include "engine/inspect/counterfactual_player.hpp"
#include "engine/inspect/episode_tree.hpp"
#include "engine/protocol/parameter_exchange.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::inspect {

/// The watched episode, with its past. It owns an environment, a copy of the network and random streams of its own, so
/// that watching never changes learning. No thread in it.
///
/// Its past is a tree of moments (EpisodeTree) of at most `memory_limit` bytes. What is seen of it is the current lane,
/// a row of moments first() .. last(); last() is where it acts, cursor() is where one looks.
class EpisodeViewer {
 public:
  static constexpr std::size_t kMemoryLimit = 100'000'000;

  using MakeEnvironment = std::unique_ptr<env::Environment> (*)(const config::EnvironmentOptions& options);
  explicit EpisodeViewer(std::size_t memory_limit = kMemoryLimit, agent::Families families = agent::families(),
                         MakeEnvironment make_environment = env::make)
      : families_(families), make_environment_(make_environment), past_(memory_limit) {}

  /// Adopts newer parameters. Another environment begins a new time line; another network keeps it.
  void adopt(const protocol::ParameterExchange::Version& version);
  /// Whether there is a network and an environment yet.
  bool ready() const { return policy_ != nullptr; }

  /// Looks one moment further; at the live end, acts: with `action` where given, else at random with probability
  /// epsilon, else greedily. Where the episode is over, begins the next one instead.
  void forward(std::optional<int> action = std::nullopt);
  void back();
  /// Clamps to what is kept.
  void seek(std::int64_t index);
  /// The stage acts from the cursor on: on a lane of its own where something came after it, or with `fresh_draws`,
  /// which let another future unfold. Throws core::UserError where the environment cannot go back to a state.
  void resume(bool fresh_draws);
  /// Takes this action at the cursor, on a lane of its own where something came after it.
  void act_here(int action);
  /// Makes a lane current and looks at its moment of this index, or the nearest. Throws core::UserError where it is not
  /// kept.
  void return_to(std::uint64_t lane, std::int64_t index);
  /// Where one looks.
  struct Place {
    std::uint64_t lane = 0;
    std::int64_t index = 0;
  };
  Place place() const { return {past_.current(), cursor_}; }
  /// Command number `command` led away from `place`: take_back() leads there again.
  void add_undo_point(std::uint64_t command, const Place& place);
  /// Back to the last place that was remembered and is still kept. Throws core::UserError without one.
  void take_back();
  /// Shows this lane beside the current one; 0 ends it. Throws core::UserError where it is not kept.
  void compare_lane(std::uint64_t lane);
  void new_episode();
  void set_epsilon(double epsilon) { epsilon_ = epsilon; }
  /// Evaluates the moment looked at with this intervention, too; an empty change ends it. The agent acts untouched.
  /// Throws core::UserError where the network or the observation has no such part.
  void intervene(const protocol::AttentionChange& change, const protocol::MemoryChange& memory_change);
  /// Where the factual rollout and the counterfactual one begin: the moment looked at.
  inspect::CounterfactualStart counterfactual_start();
  /// How things looked at these moments; those that are not kept are passed over.
  void recall(const std::vector<std::int64_t>& indices);

  /// The past with its lanes, and where one looks; what can be taken back and the intervention in force are no part of
  /// it. Throws core::UserError where the environment cannot go back to a state.
  void write(core::ByteWriter& out) const;
  /// What was written in place of what is here, evaluated as it was then. Throws core::UserError, and is as it was,
  /// where the bytes are no watched episode of this environment, seed and network.
  void read(core::ByteReader& in);

  std::int64_t first() const { return past_.first(); }
  std::int64_t last() const { return past_.last(); }
  std::int64_t cursor() const { return cursor_; }
  bool live() const { return cursor_ == last(); }
  /// Whether one can go on from any kept moment, and not only from the last.
  bool can_go_back() const { return spec().capabilities.save_state; }
  std::size_t bytes() const { return past_.bytes(); }
  const EpisodeTree& past() const { return past_; }
  const env::EnvironmentSpec& spec() const { return environment_->spec(); }
  const protocol::EpisodeFrame& moment() const { return kept(cursor_).moment; }
  const std::vector<std::byte>& observation() const { return kept(cursor_).observation; }
  const config::Hyperparameters& hyperparameters() const { return hyperparameters_; }
  /// So far: another number, another environment.
  std::uint64_t environments_begun() const { return worlds_; }
  /// Of what is shown: the newest network at the moment looked at, with the intervention in force.
  protocol::Basis basis() const;
  agent::Policy& policy() { return *policy_; }
  const env::Environment& environment() const { return *environment_; }

  /// Fills what the needs ask for; everything else that is cheap always.
  void describe(protocol::StageSnapshot& snapshot, protocol::Needs needs);

 private:
  static bool same_network(const config::Hyperparameters& a, const config::Hyperparameters& b);
  StoredFrame& kept(std::int64_t index) { return past_.at(index); }
  const StoredFrame& kept(std::int64_t index) const { return past_.at(index); }
  void begin_time_line();
  /// As the environment looked at a kept moment.
  void draw(const StoredFrame& kept, protocol::Scene& scene);
  void begin_episode();
  /// Of the environment: from an episode's begin on, and from a fork with fresh draws on.
  core::RandomStream stream_of_episode(std::uint32_t branch, std::int64_t episode) const;
  core::RandomStream stream_of_branch(std::uint32_t branch) const;
  /// Gives a moment that was read its state. False where it takes what came before, which is not kept. Throws
  /// core::UserError where the environment goes otherwise.
  bool retrace(StoredFrame& frame, const StoredFrame* before);
  void act(std::optional<int> action);
  void keep(protocol::EpisodeFrame moment);
  void evaluate(StoredFrame& kept);
  /// Begins a lane at the cursor.
  void fork(protocol::LaneOrigin origin);
  /// Environment, draws and recurrent state as they were at the last moment of the current lane.
  void stand_at_end();
  /// The current lane is another one: what was looked at on the one before is of no use.
  void lane_changed();
  void describe_lanes(protocol::StageSnapshot& snapshot);
  void describe_compared(protocol::StageSnapshot& snapshot, protocol::Needs needs);
  /// What the agent carries into a moment, as the present network can read it: another network knows nothing of it.
  agent::RecurrentState readable(const StoredFrame& kept);
  void forget_other_network();
  void evaluate_again();
  /// StageSnapshot::followed.
  std::optional<float> followed() const;
  int heads() const;
  void inspect_attention(bool with_matrix);
  /// Of the watched episode up to the moment looked at.
  void inspect_alignment();
  void inspect_critic();
  void evaluate_counterfactual();
  /// Where the moment whose state is to be taken is no longer kept, it is not taken.
  void drop_lost_exchange();
  /// The kept moment whose state the change takes; null without one.
  const StoredFrame* exchanged(const protocol::MemoryChange& change) const;
  /// Row 0 of a look at a kept moment by the present network.
  std::shared_ptr<protocol::MemoryView> inspect_memory(StoredFrame& kept);
  void inspect_memory();
  void gather_memory_episode();

  agent::Families families_;
  MakeEnvironment make_environment_;
  config::Hyperparameters hyperparameters_;
  protocol::Position parameters_;
  std::uint64_t version_ = 0;
  std::uint64_t sent_network_ = 0;  ///< as the parameters said
  std::uint64_t networks_ = 0;      ///< so far
  std::uint64_t worlds_ = 0;        ///< environments so far
  std::uint64_t frames_ = 0;        ///< identities of moments given so far
  std::unique_ptr<agent::Policy> policy_;
  std::vector<float> values_;                      ///< the policy's parameters
  std::unique_ptr<env::Environment> environment_;  ///< at the live end of the lane on which it last acted
  std::unique_ptr<env::Environment> viewer_;       ///< set to whatever moment is drawn
  core::RandomStream exploration_;                 ///< at the live end, as the two below
  agent::RecurrentState after_;                    ///< of the live end: what evaluating it leaves behind
  EpisodeTree past_;
  /// What can be taken back, the newest last.
  struct UndoPoint {
    std::uint64_t command;
    Place place;
  };
  std::vector<UndoPoint> undo_points_;
  std::uint64_t compared_ = 0;  ///< lane
  bool at_end_ = false;         ///< see stand_at_end
  std::int64_t cursor_ = 0;
  std::uint32_t episodes_begun_ = 0;
  std::uint32_t branch_ = 0;  ///< 0 is the first course of things; each branch has episodes of its own
  std::uint32_t branches_ = 0;
  double epsilon_ = 0;
  std::vector<float> values_now_;
  std::int64_t evaluated_index_ = -1;
  std::uint64_t evaluated_version_ = 0;

  /// What attention was last looked at, kept while nothing of it changes.
  struct InspectedFrame {
    std::int64_t time_line = -1;
    std::int64_t index = -1;
    std::uint64_t version = 0;
    bool with_matrix = false;
    protocol::AttentionChange change;
    protocol::MemoryChange memory_change;
    friend bool operator==(const InspectedFrame&, const InspectedFrame&) = default;
  };
  protocol::AttentionChange change_;
  protocol::MemoryChange memory_change_;
  std::uint64_t exchanged_frame_ = 0;  ///< EpisodeFrame::id of the moment whose state memory_change_ takes
  InspectedFrame inspected_;
  InspectedFrame counterfactual_of_;
  std::int64_t time_lines_ = 0;
  std::uint64_t attention_version_ = 0;
  std::optional<protocol::AttentionView> attention_;
  /// Where a moment of the watched episode looks in the source, as these parameters have it.
  struct SourceWeights {
    std::uint64_t frame = 0;
    std::uint64_t version = 0;
    std::vector<float> weights;
  };
  InspectedFrame aligned_;
  std::vector<SourceWeights> source_weights_;
  std::shared_ptr<const protocol::AlignmentView> alignment_;
  InspectedFrame criticised_;  ///< what critic_ is of
  std::optional<protocol::CriticView> critic_;
  std::optional<protocol::Counterfactual> counterfactual_;

  InspectedFrame inspected_memory_;
  std::uint64_t memory_version_ = 0;
  std::shared_ptr<const protocol::MemoryView> memory_;
  /// The strips last gathered: of these moments.
  struct Gathered {
    std::int64_t time_line = -1;
    std::int64_t from = 0;
    std::int64_t to = -1;
    friend bool operator==(const Gathered&, const Gathered&) = default;
  };
  Gathered gathered_;
  std::shared_ptr<const protocol::MemoryEpisode> memory_episode_;
  std::vector<protocol::RecalledFrame> recalled_;
};

}  // namespace qarium::inspect
