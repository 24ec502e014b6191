#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/core/archive.hpp"

namespace qarium::train {

/// A learning environment's episode as it stands. It is a function of its number and of the actions taken, so those
/// bring it back, whatever the build.
struct EpisodeInProgress {
  std::uint32_t number = 0;
  std::vector<int> actions;
};

/// Adds those of all environments to a checkpoint: "episodes/I/number" [1] and "episodes/I/actions" [steps].
void save_episodes(core::Archive& archive, const std::vector<EpisodeInProgress>& episodes);

/// Reads those of `n` environments; nothing where the checkpoint has none. `actions` is how many there are to choose
/// from. Throws core::UserError where they do not fit.
std::optional<std::vector<EpisodeInProgress>> read_episodes(const core::Archive& archive, std::size_t n, int actions);

}  // namespace qarium::train
