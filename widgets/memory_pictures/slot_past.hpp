#pragma once
#include <span>

#include "widgets/memory_pictures/kept_pictures.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// A slot is said to be written or read where the weight is at least this share of its greatest one, and more than
/// kMoreThanEven times an even share.
inline constexpr float kTouchedShare = 0.5F;
inline constexpr float kMoreThanEven = 1.5F;

/// When the slot was written and read in the episode, by whichever head. Looked up anew where one of them is
/// another.
void hold_past(SlotPast& past, const protocol::MemoryEpisode& episode, std::uint64_t version, int slot);
/// The strongest of each run of steps, and of these the `most` strongest, in order of time.
std::vector<SlotPast::Frame> strongest_moments(std::span<const SlotPast::Frame> moments, std::size_t most);
/// "step 0", "steps 2 to 38", "steps 0, 4 to 6 and 12 more"; "no more than the others" where there are none.
ShortText step_words(std::span<const SlotPast::Frame> moments, std::int64_t first_step);

}  // namespace qarium::widgets
