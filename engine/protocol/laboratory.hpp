#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::protocol {

/// What is learned with which memory; LaboratoryOptions follow from it.
struct LaboratoryExperiment {
  std::string task = "copy";     ///< as in LaboratoryOptions
  std::string memory = "ntm";    ///< memory.kind
  std::string preset = "quick";  ///< one of kLaboratoryPresets
  std::int64_t seed = 1;
};
/// quick: what learns soonest here; paper: sizes and optimizer of the NTM paper.
inline constexpr std::array<std::string_view, 2> kLaboratoryPresets{"quick", "paper"};

/// The supervised tasks of the NTM paper (Graves, Wayne, Danihelka 2014, sections 4.1 to 4.5).
struct LaboratoryOptions {
  std::string task = "copy";  ///< "copy", "repeat_copy", "associative_recall", "priority_sort"
  std::int64_t bits = 8;      ///< of a vector
  std::int64_t min_length = 1;
  std::int64_t max_length = 20;     ///< of a sequence; items of associative_recall; vectors of priority_sort
  std::int64_t max_repeats = 10;    ///< repeat_copy
  std::int64_t sequences = 30'000;  ///< to be learned from, at most
  double decay = 0;                 ///< share of these, the last ones, over which the learning rate falls to 0
  /// The memory, optimizer, batch_size, seed and threads; the rest of it does not matter here.
  config::Hyperparameters hyperparameters;
  friend bool operator==(const LaboratoryOptions&, const LaboratoryOptions&) = default;
};

/// One point of learning: the mean over the sequences since the last point.
struct LaboratoryPoint {
  std::int64_t sequences = 0;
  double bits_per_sequence = 0;  ///< wrong bits, the paper's unit
  double loss = 0;               ///< nats a target bit
  std::uint64_t run = 0;         ///< LaboratorySnapshot::run: points of another belong to another curve
};

/// One sequence as the newest network answers it, with its memory step by step.
struct LaboratorySample {
  std::uint64_t version = 0;   ///< another number, another content
  std::int64_t sequences = 0;  ///< learned from until then
  std::int64_t length = 0;
  std::uint32_t number = 0;  ///< another number, other bits
  int steps = 0;
  int inputs = 0;             ///< channels in: bits and marks
  int outputs = 0;            ///< channels out
  std::vector<float> input;   ///< [steps, inputs]
  std::vector<float> target;  ///< [steps, outputs]; only where `scored`
  std::vector<float> answer;  ///< [steps, outputs] probabilities
  std::vector<bool> scored;   ///< [steps] whether the answer counts
  std::int64_t wrong_bits = 0;
  MemoryEpisode episode;
  std::vector<MemoryView> memory;  ///< [steps]
};

/// What the laboratory publishes.
struct LaboratorySnapshot {
  std::uint64_t sequence = 0;
  std::uint64_t run = 0;  ///< counts StartLaboratory; 0 before the first
  bool running = false;
  LaboratoryOptions options;
  std::int64_t sequences = 0;
  double sequences_per_second = 0;
  double seconds = 0;             ///< of learning
  double bits_per_sequence = -1;  ///< recent mean; negative before the first point
  bool solved = false;            ///< the last fresh sequences were answered without a wrong bit
  std::shared_ptr<const LaboratorySample> sample;
  std::string error;
};

}  // namespace qarium::protocol
