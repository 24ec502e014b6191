#include "engine/nn/ops/flat_kernels.hpp"

#include <cmath>

#include "engine/nn/ops/instruction_sets.hpp"

namespace qarium::nn {
namespace {

QARIUM_INLINE float with_momentum(float step, float momentum, float* velocity, std::int64_t i) {
  if (!velocity) return step;
  return velocity[i] = momentum * velocity[i] + step;
}

}  // namespace

QARIUM_CLONES double squared_norm(const float* values, std::int64_t n) {
  constexpr std::int64_t kLanes = 16;
  double lanes[kLanes] = {};
  std::int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (std::int64_t j = 0; j < kLanes; ++j) {
      const double value = values[i + j];
      lanes[j] += value * value;
    }
  }
  for (; i < n; ++i)
    lanes[0] += static_cast<double>(values[i]) * values[i];
  double sum = 0;
  for (const double lane : lanes)
    sum += lane;
  return sum;
}

QARIUM_CLONES void adam_step(float* __restrict values, const float* __restrict gradient, float* __restrict mean,
                             float* __restrict square, std::int64_t n, const AdamCoefficients& c) {
  const auto [step_size, beta1, beta2, eps, inverse_root_correction, scale] = c;
  for (std::int64_t i = 0; i < n; ++i) {
    const float g = gradient[i] * scale;
    const float m = beta1 * mean[i] + (1 - beta1) * g;
    const float v = beta2 * square[i] + (1 - beta2) * g * g;
    mean[i] = m;
    square[i] = v;
    values[i] -= step_size * m / (std::sqrt(v) * inverse_root_correction + eps);
  }
}

QARIUM_CLONES void rmsprop_step(float* __restrict values, const float* __restrict gradient, float* __restrict square,
                                float* __restrict velocity, std::int64_t n, const RmspropCoefficients& c) {
  const auto [learning_rate, alpha, momentum, eps, scale] = c;
  for (std::int64_t i = 0; i < n; ++i) {
    const float g = gradient[i] * scale;
    const float v = alpha * square[i] + (1 - alpha) * g * g;
    square[i] = v;
    values[i] -= learning_rate * with_momentum(g / (std::sqrt(v) + eps), momentum, velocity, i);
  }
}

QARIUM_CLONES void rmsprop_centered_step(float* __restrict values, const float* __restrict gradient,
                                         float* __restrict mean, float* __restrict square, float* __restrict velocity,
                                         std::int64_t n, const RmspropCoefficients& c) {
  const auto [learning_rate, alpha, momentum, eps, scale] = c;
  for (std::int64_t i = 0; i < n; ++i) {
    const float g = gradient[i] * scale;
    const float m = alpha * mean[i] + (1 - alpha) * g;
    const float v = alpha * square[i] + (1 - alpha) * g * g;
    mean[i] = m;
    square[i] = v;
    const float variance = v - m * m;
    const float step = g / (std::sqrt(variance > 0.0F ? variance : 0.0F) + eps);
    values[i] -= learning_rate * with_momentum(step, momentum, velocity, i);
  }
}

QARIUM_CLONES void numbers_of_bytes(const std::byte* bytes, float* numbers, std::int64_t n) {
  const auto* values = reinterpret_cast<const unsigned char*>(bytes);
  for (std::int64_t i = 0; i < n; ++i)
    numbers[i] = static_cast<float>(values[i]);
}

QARIUM_CLONES void polyak_step(float* __restrict target, const float* __restrict online, std::int64_t n, float tau) {
  for (std::int64_t i = 0; i < n; ++i)
    target[i] += tau * (online[i] - target[i]);
}

const char* kernel_instruction_set() {
#if defined(__x86_64__) && defined(__GNUC__)
  if (__builtin_cpu_supports("avx512f")) return "avx512";
  if (__builtin_cpu_supports("avx2")) return "avx2";
#endif
  return "baseline";
}

}  // namespace qarium::nn
