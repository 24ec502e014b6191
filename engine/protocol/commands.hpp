#pragma once
#include <cstdint>
#include <string>
#include <type_traits>
#include <variant>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/laboratory.hpp"
#include "engine/protocol/memory_view.hpp"
#include "engine/protocol/position.hpp"
#include "engine/protocol/step_report.hpp"

namespace qarium::protocol {

/// Everything the window may ask for. All change goes through these; each is numbered when sent, applied at the top of
/// a tick, and answered by exactly one Acknowledgement.

// To the trainer.
struct Run {};
struct Pause {};
/// Advance by exactly n of the unit, then pause. With several environments, environment steps come in batches.
struct Step {
  Unit unit = Unit::EnvironmentStep;
  std::int64_t n = 1;
};
/// Begin again from nothing with this seed and the hyperparameters in force.
struct Reset {
  std::int64_t seed = 1;
};
/// Begin again from nothing with these hyperparameters (another preset, say).
struct Configure {
  config::Hyperparameters hyperparameters;
};
struct Set {
  std::string name;
  config::Value value;
};
/// Stop after so many environment steps, whatever n_timesteps says: schedules go by that.
struct StopAt {
  std::int64_t environment_steps = 0;
};
/// Draw dormant units anew (ReDo, Sokar 2023, algorithm 1): what comes into them at random, what goes out of them 0.
struct RecycleDormant {};
/// Write the checkpoint `last` now.
struct Save {};
/// Write TensorBoard's event file into the run directory from now on, or no longer.
struct RecordTensorboard {
  bool on = true;
};
/// Continue from a run directory's checkpoint ("last" or "best").
struct Load {
  std::string run;
  std::string checkpoint = "last";
};
/// Continue from the trained agent that ships for this preset, paused.
struct LoadTrained {
  std::string preset;
};
/// Go on with the run of this folder in this folder, from its checkpoint `last`; the present run is saved and left. Of
/// the present run itself: back to that checkpoint, and what came after it is given up.
struct OpenRun {
  std::string run;
  bool learn = true;  ///< go on learning at once; else paused
};
using TrainerCommand = std::variant<Run, Pause, Step, Reset, Configure, Set, StopAt, RecycleDormant, Save,
                                    RecordTensorboard, Load, LoadTrained, OpenRun>;

// To the inspector, about the watched episode.
struct Play {};
struct Halt {};
/// Move by n stage steps and halt: forward acts where the past ends, backward looks at the past.
struct StageStep {
  std::int64_t n = 1;
};
/// core::Stage speed as a multiple of the environment's natural rate; kUnlimitedSpeed = whatever spare time allows.
struct Speed {
  double factor = 1.0;
};
inline constexpr double kUnlimitedSpeed = 0.0;
/// Look at the kept moment with this index (StageSnapshot::first .. last). Halts.
struct Seek {
  std::int64_t index = 0;
};
/// Go on from the moment looked at, on a lane of its own where something came after it. Plays.
struct Resume {};
/// Go on from the moment looked at on a lane of its own with fresh random draws, so that another future unfolds. Plays.
struct Branch {};
/// Take this action at the moment looked at in place of the agent's choice, on a lane of its own where something came
/// after it, and halt.
struct Act {
  int action = 0;
};
/// Return to this lane (StageSnapshot::lanes) and look at the moment of this index. Halts.
struct ReturnTo {
  std::uint64_t lane = 0;
  std::int64_t index = 0;
};
/// Back to where one looked before the last Resume, Branch or Act. Its lane is kept. Halts.
struct TakeBack {};
/// Show this lane beside the current one: StageSnapshot::compared. 0 ends it.
struct CompareLane {
  std::uint64_t lane = 0;
};
/// Begin a new watched episode now.
struct NewEpisode {};
/// Probability of a random action on the stage, 0 .. 1 (0 = always greedy).
struct StageEpsilon {
  double epsilon = 0.0;
};
/// Evaluate the moment looked at as if attention, the frame or the memory were otherwise:
/// StageSnapshot::counterfactual. The whole intervention at once, so that an earlier one undoes it and an empty one
/// ends it. The agent acts without it.
struct Intervene {
  AttentionChange change;
  MemoryChange memory = {};
};
/// Play the rest of the episode from the moment looked at twice, without and with the intervention on the memory, in
/// the inspector's spare time: StageSnapshot::counterfactual_rollout. Greedily, with the same random draws of the
/// environment.
struct PlayCounterfactual {
  std::int64_t steps = 2'000;  ///< at most
};
/// Show how things looked at these kept moments: StageSnapshot::recalled. At most kRecallLimit; others are passed over.
struct Recall {
  std::vector<std::int64_t> indices;
};
inline constexpr std::size_t kRecallLimit = 24;
/// Measure whether the attention map is faithful (METHODS section 5), in the inspector's spare time:
/// StageSnapshot::faithfulness.
/// Replaces a measurement that is still running.
struct TestFaithfulness {
  std::int64_t episodes = 0;  ///< greedy episodes whose every state is measured; 0 = the moment looked at alone
  std::int64_t orders = 128;  ///< random orders a state
};
struct StopFaithfulnessTest {};
/// Keep the watched episode with its lanes in this run's folder, for whoever opens the run again.
struct KeepStage {
  std::string run;
};
/// Go back to the watched episode that is kept with this run, once the run's parameters are here; nothing without one.
struct OpenStage {
  std::string run;
};
using StageCommand = std::variant<Play, Halt, StageStep, Speed, Seek, Resume, Branch, Act, ReturnTo, TakeBack,
                                  CompareLane, NewEpisode, StageEpsilon, Intervene, PlayCounterfactual, Recall,
                                  TestFaithfulness, StopFaithfulnessTest, KeepStage, OpenStage>;

// To the laboratory.
/// Begin a new network on this task; what was learned before is forgotten.
struct StartLaboratory {
  LaboratoryOptions options;
};
struct PauseLaboratory {};
struct ContinueLaboratory {};
/// Answer a sequence of this length: LaboratorySnapshot::sample.
struct SampleLaboratory {
  std::int64_t length = 20;
  std::uint32_t number = 0;  ///< another number, other bits
};
using LaboratoryCommand = std::variant<StartLaboratory, PauseLaboratory, ContinueLaboratory, SampleLaboratory>;

using Command = std::variant<TrainerCommand, StageCommand, LaboratoryCommand>;

/// Whether a command is of this kind.
template <class Kind>
bool holds(const Command& command) {
  return std::visit(
      []<class... Kinds>(const std::variant<Kinds...>& side) {
        if constexpr ((std::is_same_v<Kind, Kinds> || ...)) {
          return std::holds_alternative<Kind>(side);
        } else {
          return false;
        }
      },
      command);
}

/// The one answer to a command.
struct Acknowledgement {
  std::uint64_t id = 0;
  bool accepted = false;
  std::string message;  ///< what was done, or why not; a sentence a person can act on
  Position position;    ///< where learning stood when it was applied
  Command command;
};

}  // namespace qarium::protocol
