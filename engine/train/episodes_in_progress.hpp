#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "engine/nn/memory/memory.hpp"
#include "engine/run/safetensors.hpp"

namespace qarium::train {

/// The learning environments' episodes as they stand. An episode is a function of its number and of the actions taken,
/// so those bring it back, whatever the build. What is remembered of it is kept beside them: it came from parameters
/// that have changed since.
struct EpisodesInProgress {
  struct Episode {
    std::uint32_t number = 0;
    std::vector<int> actions;
  };
  std::vector<Episode> episodes;  ///< one an environment
  nn::MemoryState memory;         ///< each [n, ...], on the CPU; empty without a memory
};

/// Adds them to a checkpoint: "episodes/I/number" [1] and "episodes/I/actions" [steps] of environment I, and
/// "episodes/memory/NAME" [n, ...] of what is remembered. `names` are those of the memory's tensors.
void append_episodes(run::Safetensors& checkpoint, const EpisodesInProgress& episodes,
                     const std::vector<std::string>& names);

/// Reads those of `n` environments; nothing where the checkpoint has none. `like` is a state of the same shapes, and
/// `actions` how many there are to choose from. Throws core::UserError where they do not fit.
std::optional<EpisodesInProgress> read_episodes(const run::Safetensors& checkpoint, std::size_t n, int actions,
                                                const nn::MemoryState& like, const std::vector<std::string>& names);

}  // namespace qarium::train
