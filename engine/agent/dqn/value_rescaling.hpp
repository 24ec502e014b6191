#pragma once
#include <cmath>

namespace qarium::agent {

/// h(x) = sign(x) (sqrt(|x| + 1) - 1) + eps x with eps = 0.001, and its inverse (Pohlen 2018, proposition A.2).
inline constexpr double kRescalingSlope = 1e-3;

inline double rescale(double x) {
  return std::copysign(std::sqrt(std::abs(x) + 1) - 1, x) + kRescalingSlope * x;
}

inline double rescale_inverse(double y) {
  const double root = std::sqrt(1 + 4 * kRescalingSlope * (std::abs(y) + 1 + kRescalingSlope));
  const double inner = (root - 1) / (2 * kRescalingSlope);
  return std::copysign(inner * inner - 1, y);
}

}  // namespace qarium::agent
