#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "engine/agent/recurrent_state.hpp"
#include "engine/core/bytes.hpp"
#include "engine/core/random.hpp"
#include "engine/env/environment.hpp"
#include "engine/protocol/memory_view.hpp"
#include "engine/protocol/snapshot.hpp"

namespace qarium::inspect {

/// A moment of the watched past with all it takes to look at it, and to go on from it.
struct StoredFrame {
  protocol::EpisodeFrame moment;
  std::vector<std::byte> state;  ///< of the environment; empty where it cannot go back
  std::vector<std::byte> observation;
  std::uint64_t version = 0;       ///< of the parameters that evaluated it
  agent::RecurrentState before;    ///< what the agent carried into this moment
  core::RandomStream exploration;  ///< before the action from here is drawn
  std::uint32_t branch = 0;
  std::uint32_t begun_in = 0;  ///< branch from which the draws of the episode's first moment came; there alone
  std::optional<protocol::MemoryEpisode> memory;  ///< one column, once it was looked at

  // The tree's own.
  std::uint64_t born = 0;   ///< the smaller, the longer ago it was kept
  std::size_t counted = 0;  ///< bytes of it that the tree counts
};

/// What it takes in memory.
std::size_t bytes_of(const StoredFrame& frame);

/// All but what an environment or a network alone can make of it: `state` and `before`.
void put(core::ByteWriter& out, const StoredFrame& frame);
/// What was put. Throws core::UserError where the bytes are no moment of this environment.
StoredFrame get_frame(core::ByteReader& in, const env::EnvironmentSpec& spec);

}  // namespace qarium::inspect
