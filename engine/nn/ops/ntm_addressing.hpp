#pragma once
/// The part of a head's chain that the way back makes anew rather than keep: to fetch it costs more than to make it.

#include <cstdint>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"

namespace qarium::nn::ntm::addressing {

inline constexpr float kTiny = 1e-16F;

/// Lays what is at one end of the slots beyond the other, `range` on both sides.
QARIUM_INLINE void wrap(float* values, std::int64_t slots, std::int64_t range) {
  for (std::int64_t d = 1; d <= range; ++d) {
    values[-d] = values[slots - 1 - (d - 1) % slots];
    values[slots + d - 1] = values[(d - 1) % slots];
  }
}

/// interpolated = previous + g (content - previous), wrapped, and shifted(i) = tiny + sum_o s(o) interpolated(i - o),
/// for the padded slots; beyond the slots shifted is positive. `rows` are the head's, activated.
QARIUM_INLINE void interpolate_and_shift(const NtmShape& shape, const float* rows, const float* __restrict previous,
                                         const float* __restrict content, float* __restrict interpolated,
                                         float* __restrict shifted) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t range = shape.shift_range;
  const float g = rows[shape.width + 1];
  const float* s = rows + shape.width + 2;
  for (std::int64_t i = 0; i < n; ++i)
    interpolated[i] = previous[i] + g * (content[i] - previous[i]);
  wrap(interpolated, shape.slots, range);
  if (range == 1) {
    const float left = s[0];
    const float middle = s[1];
    const float right = s[2];
    for (std::int64_t i = 0; i < n; ++i)
      shifted[i] = kTiny + left * interpolated[i + 1] + middle * interpolated[i] + right * interpolated[i - 1];
    return;
  }
  for (std::int64_t i = 0; i < n; ++i)
    shifted[i] = kTiny;
  for (std::int64_t o = -range; o <= range; ++o) {
    const float* __restrict moved = interpolated - o;
    const float weight = s[o + range];
    for (std::int64_t i = 0; i < n; ++i)
      shifted[i] += weight * moved[i];
  }
}

}  // namespace qarium::nn::ntm::addressing
