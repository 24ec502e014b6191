#pragma once
#include <string_view>

#include "engine/protocol/memory_view.hpp"
#include "engine/protocol/snapshot.hpp"

/// Invented memories, as agents in a T-maze would have them: slot 22 was written at the first step and is read ever
/// after.
namespace qarium::fakes {

struct MemorySizes {
  int slots = 32;
  int width = 16;
  int reads = 1;
  int writes = 1;
};
inline constexpr int kCueSlot = 22;

/// Of this kind ("ntm", "dnc", "mann", "lstm", "gru", "memory_bank", "transformer"), `step` steps into an episode.
protocol::MemoryView memory(std::string_view kind, std::int64_t step = 0, const MemorySizes& sizes = {});
/// So many steps of it, from this moment of the stage on; the first is step `first_step` of its episode.
protocol::MemoryEpisode memory_episode(std::string_view kind, int columns, std::int64_t first,
                                       std::int64_t first_step = 0, const MemorySizes& sizes = {});
/// A stage that looks at the last of so many steps of an episode, with such a memory; it stands still.
protocol::StageSnapshot remembering_stage(std::string_view kind, int columns = 50, const MemorySizes& sizes = {});
/// The answer to an intervention: the last two action values change places, and every weight moves a slot on.
protocol::Counterfactual memory_counterfactual(const protocol::StageSnapshot& stage, protocol::MemoryChange change);
/// Both courses take the first action; from step `diverged_at` on they differ, or never where it is negative.
protocol::CounterfactualRollout counterfactual_rollout(protocol::MemoryChange change, int steps = 40,
                                                       std::int64_t diverged_at = 12);

}  // namespace qarium::fakes
