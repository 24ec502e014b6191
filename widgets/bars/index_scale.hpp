#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace qarium::widgets {

/// Moments by their index along a horizontal line of pixels.
struct IndexScale {
  float left;
  float right;
  std::int64_t first;
  std::int64_t last;

  float x(std::int64_t index) const {
    const auto span = static_cast<double>(std::max<std::int64_t>(last - first, 1));
    const double share = std::clamp(static_cast<double>(index - first) / span, 0.0, 1.0);
    return left + static_cast<float>(share) * (right - left);
  }
  /// The moment at this pixel, or the nearest.
  std::int64_t index(float at) const {
    const double share = std::clamp((at - left) / std::max(1.0F, right - left), 0.0F, 1.0F);
    return first + std::llround(share * static_cast<double>(last - first));
  }
};

}  // namespace qarium::widgets
