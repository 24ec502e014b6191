#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/protocol/memory_view.hpp"

namespace qarium::widgets {

/// In which order an LSTM's or GRU's units stand in the pictures: the greatest mean over the episode on top.
enum class UnitOrder : std::uint8_t { Number, Activation, Change };

/// In which order steps that are kept stand: the one that weighs most on top, or the newest.
enum class KeptOrder : std::uint8_t { Weight, Age };

inline constexpr std::size_t kTraceRoles = static_cast<std::size_t>(protocol::TraceRole::Error) + 1;

/// What the user chose about memories, in the Memory workspace and the laboratory; remembered between launches.
struct MemorySettings {
  int read_head = 0;  ///< whose reads and weights are shown, where there are several
  int write_head = 0;
  bool chain_writes = false;  ///< the addressing chain is the write head's
  bool changes = false;       ///< the matrix shows what changed since the last step
  UnitOrder order = UnitOrder::Number;
  KeptOrder kept_order = KeptOrder::Weight;
  float pinned_matrix = 0;                  ///< limit of its legend either way; 0 = automatic
  std::array<float, kTraceRoles> pinned{};  ///< the same for each role's picture
  // Splitters: the share that the first side has of what is divided.
  static constexpr float kLeftFraction = 0.215F;
  static constexpr float kMatrixFraction = 0.68F;
  static constexpr float kStageFraction = 0.3F;
  static constexpr float kValuesFraction = 0.33F;
  static constexpr float kCounterfactualFraction = 0.7F;
  static constexpr float kInterventionFraction = 0.72F;
  float left_fraction = kLeftFraction;
  float matrix_fraction = kMatrixFraction;  ///< pictures of what they share with the matrix
  float stage_fraction = kStageFraction;    ///< stage of its column's height
  float values_fraction = kValuesFraction;  ///< action values of what they share with the chain below
  float counterfactual_fraction =
      kCounterfactualFraction;  ///< pictures of their column's height, what was played beside below
  float intervention_fraction = kInterventionFraction;  ///< matrix of its column's height, what may be supposed below
};

/// Strips over time as pictures: time across, row 0 below. Made anew where the episode or the order is another.
struct TracePictures {
  struct Picture {
    std::vector<float> values;  ///< [rows, columns] from the top; empty until it is drawn
    float most = 0;             ///< greatest magnitude
  };
  std::uint64_t version = ~0ULL;
  UnitOrder order = UnitOrder::Number;
  std::vector<Picture> pictures;  ///< as MemoryEpisode::traces
  std::vector<int> units;         ///< the unit in each row from below, where units are ordered
  int from = 0;                   ///< first column in sight
  int followed = -1;              ///< the cursor for which it was moved there
};

/// When a slot was written or read.
struct SlotPast {
  struct Frame {
    int column = 0;
    float weight = 0;
  };
  std::uint64_t version = ~0ULL;
  int slot = -1;
  std::vector<Frame> written, read;  ///< in order of time
};

/// What the pictures of one memory keep from frame to frame.
struct MemoryKeptState {
  TracePictures strips;
  SlotPast past;
  int hovered_slot = -1;  ///< pointed at in the last frame
  int hovered_slot_next = -1;
  int chosen_slot = -1;
  // For their storage.
  std::vector<float> matrix;
  std::vector<float> norms;
  std::vector<float> strip;
};

/// What the next click on a picture or slot is for.
enum class Picking : std::uint8_t {
  Nothing,
  Content,  ///< what the chosen slot is overwritten with
  State,    ///< the moment whose state is taken
};

/// What lives from frame to frame in the Memory workspace and is not remembered between launches.
struct MemoryTransient {
  MemoryKeptState kept;
  Picking picking = Picking::Nothing;
  std::vector<std::string> left_out;  ///< parts of the state that an exchange leaves alone
  // Dragging in the addressing chain.
  std::string dragged;                        ///< control; empty = none
  std::optional<protocol::HeadSetting> drag;  ///< what it is dragged to
  double drag_sent_at = 0;
  // Moments whose frames were asked for.
  std::vector<std::int64_t> recalled;
  std::vector<std::int64_t> wanted;
  std::int64_t recall_last = 0;  ///< the stage's newest moment in the last frame
  double recall_sent_at = -1;
};

}  // namespace qarium::widgets
