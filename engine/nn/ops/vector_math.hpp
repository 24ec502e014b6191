#pragma once
/// Exponential and logarithm without branches or calls, for loops that the compiler turns into vector instructions.
/// Relative error below 1e-6 where the sequence kernels use them.

#include <bit>
#include <cstdint>

#include "engine/nn/ops/instruction_sets.hpp"

namespace qarium::nn::vector_math {

/// All ones for infinities and for what is no number, else 0; by the bits, as the compiler may take numbers for finite.
QARIUM_INLINE std::int32_t unfinite(float x) {
  return (std::bit_cast<std::int32_t>(x) & 0x7fffffff) >= 0x7f800000 ? -1 : 0;
}

/// No number where `mask` is all ones.
QARIUM_INLINE float spoiled(float x, std::int32_t mask) {
  return std::bit_cast<float>(std::bit_cast<std::int32_t>(x) | (mask & 0x7fc00000));
}

/// 0 where the result would be less than 2^-126.
QARIUM_INLINE float exponential(float x) {
  const float unbounded = x * 1.44269504089F;
  const float positive_bounded = unbounded < 127.0F ? unbounded : 127.0F;
  const float t = positive_bounded > -127.0F ? positive_bounded : -127.0F;
  // The exponent's bits: t rounded, plus 127, and 0 for the least t, which makes the power 0.
  const auto biased = static_cast<std::int32_t>(t + 127.5F);
  const float f = t - static_cast<float>(biased - 127);
  // 2^f on [-1/2, 1/2] by its Taylor series in f ln 2.
  const float power =
      1.0F +
      f * (0.693147181F + f * (0.240226507F + f * (0.0555041087F +
                                                   f * (0.00961812911F + f * (0.00133335581F + f * 0.000154035304F)))));
  return power * std::bit_cast<float>(biased << 23);
}

/// Of a normal positive number.
QARIUM_INLINE float logarithm(float x) {
  constexpr std::int32_t kRootOfHalf = 0x3f3504f3;
  const auto bits = std::bit_cast<std::int32_t>(x);
  const std::int32_t exponent = (bits - kRootOfHalf) >> 23;
  const float m = std::bit_cast<float>(bits - (exponent << 23));
  // ln m = 2 artanh((m - 1) / (m + 1)), |z| < 0.172.
  const float z = (m - 1.0F) / (m + 1.0F);
  const float square = z * z;
  const float series =
      2.0F * z * (1.0F + square * (1.0F / 3 + square * (1.0F / 5 + square * (1.0F / 7 + square * (1.0F / 9)))));
  return series + static_cast<float>(exponent) * 0.693147181F;
}

/// ln(1 + x) for x from 0 to 1.
QARIUM_INLINE float logarithm_of_one_plus(float x) {
  // 2 artanh(x / (2 + x)), |z| <= 1/3.
  const float z = x / (2.0F + x);
  const float square = z * z;
  return 2.0F * z *
         (1.0F + square * (1.0F / 3 +
                           square * (1.0F / 5 +
                                     square * (1.0F / 7 + square * (1.0F / 9 + square * (1.0F / 11 + square / 13))))));
}

QARIUM_INLINE float logistic(float x) {
  return 1.0F / (1.0F + exponential(-x));
}

QARIUM_INLINE float hyperbolic_tangent(float x) {
  return 2.0F / (1.0F + exponential(-2.0F * x)) - 1.0F;
}

}  // namespace qarium::nn::vector_math
