#pragma once
#include <cstddef>
#include <cstdint>

namespace qarium::nn {

/// One-pass loops over flat float32 arrays, compiled for AVX2 and AVX-512 as well as the baseline and chosen at run
/// time. Their plain twins in Torch operations stand in agent/network/optimizer.cpp and serve other devices.

/// Sum of squares in double, in an order that does not depend on the instruction set's width.
double squared_norm(const float* values, std::int64_t n);

/// Adam (Kingma and Ba 2015, algorithm 1). `scale` multiplies the gradient first (clipping);
/// `step_size` = learning_rate / (1 - beta1^t), `inverse_root_correction` = 1 / sqrt(1 - beta2^t).
struct AdamCoefficients {
  float step_size;
  float beta1;
  float beta2;
  float eps;
  float inverse_root_correction;
  float scale;
};
void adam_step(float* values, const float* gradient, float* mean, float* square, std::int64_t n,
               const AdamCoefficients& c);

/// RMSprop as PyTorch defines it: eps outside the root; centred (Graves 2013, eqs. 38 to 41) subtracts the squared
/// mean, clamped at 0. Where `velocity` is not null, a step is that array after velocity = momentum velocity + step.
struct RmspropCoefficients {
  float learning_rate;
  float alpha;
  float momentum;
  float eps;
  float scale;
};
void rmsprop_step(float* values, const float* gradient, float* square, float* velocity, std::int64_t n,
                  const RmspropCoefficients& c);
void rmsprop_centered_step(float* values, const float* gradient, float* mean, float* square, float* velocity,
                           std::int64_t n, const RmspropCoefficients& c);

/// Bytes as the numbers they are.
void numbers_of_bytes(const std::byte* bytes, float* numbers, std::int64_t n);

/// target += tau (online - target)
void polyak_step(float* target, const float* online, std::int64_t n, float tau);

/// The instruction set the kernels run with on this machine: "avx512", "avx2" or "baseline".
const char* kernel_instruction_set();

}  // namespace qarium::nn
