#pragma once
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/stages.hpp"

namespace qarium::protocol {

/// Something about learning that a person should know, with what shows it and where to look.
struct Finding {
  enum class Severity : std::uint8_t { Notice, Error };
  std::string id;  ///< which it is: "beyond_bound"
  Severity severity = Severity::Notice;
  std::string title;     ///< "Action values pass what any return can be"
  std::string evidence;  ///< "mean max Q 113, over 256 updates; no return can pass 100"
  // Where to look; empty where there is nothing of the kind.
  std::string parameter;             ///< hyperparameter
  std::string plot;                  ///< title of a plot
  std::optional<core::Stage> block;  ///< a block's page
  friend bool operator==(const Finding&, const Finding&) = default;
};

/// How the units of one layer answer states from replay.
struct LayerActivity {
  static constexpr std::size_t kBins = 10;
  core::Stage stage = core::Stage::Encoder;
  std::string layer;       ///< "layer 1", "value, layer 1"
  std::int64_t units = 0;  ///< channels of a convolution
  std::int64_t dead = 0;   ///< those that are zero in every state
  /// Those whose mean size is at most 0.025 of their layer's mean (Sokar 2023, definition 3.1). It describes; whether
  /// dormant units are why networks stop learning is disputed.
  std::int64_t dormant = 0;
  bool recyclable = false;  ///< they can be drawn anew: who reads them is known
  /// Of one vector a state: fewest singular values that hold 99 % of their sum (Kumar 2021), at most the states looked
  /// at; 0 where it was not measured.
  std::int64_t effective_rank = 0;
  std::int64_t states = 0;  ///< looked at
  /// Units by the share of states (and places) in which they are not zero: bin 0 is 0 to 10 %.
  std::array<std::int64_t, kBins> by_share{};
};

/// Sizes of a stage's parameters and of their last gradient: 2-norms.
struct BlockNorms {
  core::Stage stage = core::Stage::Encoder;
  double weights = 0;
  double gradient = 0;
};

/// Of one parameter of a network that learns by eligibility traces: which the next TD error will move.
struct TraceLayer {
  core::Stage stage = core::Stage::Encoder;
  std::string parameter;  ///< "linear0.weight", without the stage
  std::int64_t numbers = 0;
  std::int64_t live = 0;  ///< of those: with a trace of at least kLiveTrace of the network's greatest
  double norm = 0;        ///< 2-norm of its trace
};
inline constexpr double kLiveTrace = 0.01;

/// What a learner knows of how its updates go. What it has no such thing of stays as it is here.
struct LearnerHealth {
  std::int64_t updates = 0;  ///< that the means are over: the last ones, of this network
  double mean_max_q = std::numeric_limits<double>::quiet_NaN();
  double q_spread = std::numeric_limits<double>::quiet_NaN();  ///< of the best values over the states of a batch: std
  double clipped = 0;                                          ///< share of the updates whose gradient was clipped
  std::int64_t target_copies = -1;                             ///< so far; -1: there is no target network
  std::int64_t steps_since_target = 0;                         ///< environment steps
  std::vector<LayerActivity> layers;                           ///< as last looked at; empty before
  std::vector<BlockNorms> norms;                               ///< of stages that have parameters, likewise
  /// 2-norm of the target network's difference from the network, over the network's; NaN: there is none.
  double target_distance = std::numeric_limits<double>::quiet_NaN();
  std::vector<TraceLayer> trace;  ///< empty where there is none
  /// Environment steps since the oldest transition that replay can give was taken; -1: there is none.
  std::int64_t oldest_in_replay = -1;
  /// The same of those that the last update drew, their mean when it did; NaN: there was none.
  double sampled_age = std::numeric_limits<double>::quiet_NaN();
};

}  // namespace qarium::protocol
