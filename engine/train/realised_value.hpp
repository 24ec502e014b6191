#pragma once
#include <cstddef>
#include <optional>
#include <span>

namespace qarium::train {

/// The mean over an episode's states of the discounted return that followed, which is what action values estimate (van
/// Hasselt 2016 compares them so). Where the episode was cut off nobody knows what would have followed: only states
/// count of whose return that could not be more than kUnknown of what a constant reward would give. Nothing where none
/// is left. After the rewards at `ends`, ascending, what is learned ends, as where a life is lost.
inline constexpr double kUnknown = 0.05;
std::optional<double> realised_value(std::span<const float> rewards, double gamma, bool truncated,
                                     std::span<const std::size_t> ends = {});

}  // namespace qarium::train
