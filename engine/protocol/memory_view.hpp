#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/protocol/basis.hpp"
#include "engine/protocol/scene.hpp"

namespace qarium::protocol {

/// What a strip over time shows.
enum class TraceRole {
  Input,         ///< what the memory is given
  Output,        ///< what comes of it: action values, or the laboratory's bits
  Adds,          ///< what write heads add
  Erases,        ///< what write heads erase, 0 .. 1
  WriteWeights,  ///< where they do
  Reads,         ///< what read heads bring back
  ReadWeights,   ///< from where
  Usage,         ///< how much each slot is in use, 0 .. 1 (dnc, mann)
  Allocation,    ///< where dnc would write what is new
  Gate,          ///< 0 .. 1, or -1 .. 1 for an LSTM's candidate
  Units,         ///< a controller's or cell's units
  Weights,       ///< of what is kept of the last steps, by age
  Error,         ///< the laboratory's answers less what they should be, -1 .. 1
};

/// One row of numbers a step: a picture with time across.
struct MemoryTrace {
  std::string name;  ///< "write weights", "forget gate"
  TraceRole role = TraceRole::Input;
  int head = -1;  ///< of several; -1 where heads make no difference
  int rows = 0;
  bool is_signed = false;     ///< else 0 .. 1
  std::vector<float> values;  ///< [columns, rows], step after step
};

/// What the memory did in one episode (or sequence) around the moment looked at: as it was when each step was first
/// looked at.
struct MemoryEpisode {
  std::uint64_t version = 0;  ///< another number, another content
  /// Of the column that was evaluated longest ago; the others are by the same network with these weights or newer
  /// ones (Basis::weights, Basis::position).
  std::uint64_t weights = 0;
  Position position;
  std::int64_t first = 0;  ///< moment of column 0 (EpisodeFrame::index)
  std::int64_t first_step = 0;
  int columns = 0;
  std::vector<MemoryTrace> traces;

  /// Null where there is none.
  const MemoryTrace* find(TraceRole role, int head = -1) const {
    for (const auto& trace : traces) {
      if (trace.role == role && trace.head == head) return &trace;
    }
    return nullptr;
  }
};

/// The addressing chain of one head of a Neural Turing Machine (METHODS section 3), at one step. S slots, W width.
struct Addressing {
  bool writes = false;
  std::vector<float> previous, content, interpolated, shifted, sharpened;  ///< [S]
  std::vector<float> key;                                                  ///< [W]
  std::vector<float> similarity;                                           ///< [S] cos(k, M(i))
  float beta = 0;
  float g = 0;
  float gamma = 1;
  std::vector<float> shift;  ///< [2 r + 1]; element o moves weight by o - r slots upwards
  std::vector<float> erase;  ///< [W], write heads only
  std::vector<float> add;    ///< [W], write heads only
};

/// What a Differentiable Neural Computer has besides. R read heads.
struct DncView {
  std::vector<float> usage, allocation, precedence, write_content;  ///< [S]
  std::vector<float> link;                                          ///< [S, S], row i column j: i was written after j
  std::vector<float> forward, backward, content;                    ///< [R, S]
  std::vector<float> free_gates;                                    ///< [R]
  std::vector<float> read_modes;                                    ///< [R, 3]: backward, content, forward
  float write_gate = 0;
  float allocation_gate = 0;
};

/// The units of lstm, gru, min_gru and lru.
struct UnitsView {
  std::vector<std::string> gate_names;  ///< "input", "forget", "candidate", "output"; "reset", "update", "candidate"
  std::vector<float> gates;             ///< [gates, units]
  std::vector<float> hidden;            ///< [units]
  std::vector<float> cell;              ///< [units], LSTM only
  std::vector<float> change;            ///< [units], of hidden since the last step
  /// [units]: steps in which a unit loses half of what it holds, as it is now; lru and min_gru only.
  std::vector<float> half_life;
};

/// What is kept of the last steps, newest last, with the weight each has now (memory_bank, temporal, transformer).
struct KeptSteps {
  int heads = 0;
  std::vector<float> weights;  ///< [heads, C]
  std::vector<int> ages;       ///< [C] steps ago; -1 where nothing stands
};

/// The memory at the moment looked at, evaluated by the newest network.
struct MemoryView {
  std::uint64_t version = 0;  ///< another number, another content
  std::string kind;           ///< "ntm"
  int slots = 0;              ///< 0 where there is no matrix
  int width = 0;
  int read_heads = 0;
  int write_heads = 0;
  std::vector<float> before;         ///< [slots, width] before this step
  std::vector<float> after;          ///< [slots, width] after it
  std::vector<float> read_weights;   ///< [read_heads, slots]
  std::vector<float> write_weights;  ///< [write_heads, slots]
  std::vector<float> reads;          ///< [read_heads, width]
  std::vector<Addressing> heads;     ///< ntm: read heads, then write heads; else empty
  std::optional<DncView> dnc;
  std::vector<float> usage;  ///< [slots], mann; else empty
  std::optional<UnitsView> units;
  std::optional<KeptSteps> kept;
  std::vector<std::string> parts;  ///< names of what the state consists of: "memory", "read_weights", "h"
  std::size_t bytes = 0;           ///< of the state
};

/// A greedy rollout from one moment to the episode's end.
struct Rollout {
  std::vector<int> actions;
  std::vector<float> rewards;
  std::vector<float> values;  ///< [steps, actions] evaluated before each action
  bool ended = false;         ///< the episode ended; else the limit was reached
  float total = 0;            ///< return from the moment on
  Scene parting;              ///< how things stand where the two diverge, or at the end
  Scene end;
};

/// The rest of an episode from the same state and the same random draws, without and with the intervention.
struct CounterfactualRollout {
  std::uint64_t version = 0;  ///< another number, another content
  bool running = false;
  std::int64_t index = 0;  ///< the moment both begin at
  Basis basis;
  std::vector<std::string> action_names;
  Rollout untouched;
  Rollout changed;
  std::int64_t diverged_at = -1;  ///< steps from there until they choose differently; -1 = never
};

/// A moment of the past that was asked for.
struct RecalledFrame {
  std::int64_t index = 0;
  std::int64_t step = 0;
  Scene scene;
};

}  // namespace qarium::protocol
