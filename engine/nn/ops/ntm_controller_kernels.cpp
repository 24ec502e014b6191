#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"
#include "engine/nn/ops/ntm_vector_math.hpp"

namespace qarium::nn::ntm {

using vector_math::hyperbolic_tangent;
using vector_math::logistic;
using vector_math::spoiled;
using vector_math::unfinite;

QARIUM_CLONES void lstm_forward(std::int64_t units, float* __restrict gates, const float* __restrict c_before,
                                float* __restrict c, float* __restrict tanh_c, float* __restrict h) {
  std::int32_t bad = 0;
  for (std::int64_t n = 0; n < 4 * units; ++n)
    bad |= unfinite(gates[n]);
  for (std::int64_t n = 0; n < units; ++n) {
    const float i = logistic(gates[n]);
    const float f = logistic(gates[units + n]);
    const float g = hyperbolic_tangent(gates[2 * units + n]);
    const float o = logistic(gates[3 * units + n]);
    gates[n] = i;
    gates[units + n] = f;
    gates[2 * units + n] = g;
    gates[3 * units + n] = o;
    c[n] = f * c_before[n] + i * g;
    tanh_c[n] = hyperbolic_tangent(c[n]);
    h[n] = spoiled(o * tanh_c[n], bad);
  }
}

QARIUM_CLONES void lstm_backward(std::int64_t units, const float* __restrict gates, const float* __restrict c_before,
                                 const float* __restrict tanh_c, const float* __restrict h_gradient,
                                 float* __restrict c_gradient, float* __restrict gates_gradient) {
  for (std::int64_t n = 0; n < units; ++n) {
    const float i = gates[n];
    const float f = gates[units + n];
    const float g = gates[2 * units + n];
    const float o = gates[3 * units + n];
    const float dh = h_gradient[n];
    const float dc = c_gradient[n] + dh * o * (1.0F - tanh_c[n] * tanh_c[n]);
    gates_gradient[n] = dc * g * i * (1.0F - i);
    gates_gradient[units + n] = dc * c_before[n] * f * (1.0F - f);
    gates_gradient[2 * units + n] = dc * i * (1.0F - g * g);
    gates_gradient[3 * units + n] = dh * tanh_c[n] * o * (1.0F - o);
    c_gradient[n] = dc * f;
  }
}

QARIUM_CLONES void tanh_forward(std::int64_t units, float* h) {
  for (std::int64_t n = 0; n < units; ++n)
    h[n] = spoiled(hyperbolic_tangent(h[n]), unfinite(h[n]));
}

QARIUM_CLONES void tanh_backward(std::int64_t units, const float* __restrict h, const float* __restrict h_gradient,
                                 float* __restrict sum_gradient) {
  for (std::int64_t n = 0; n < units; ++n)
    sum_gradient[n] = h_gradient[n] * (1.0F - h[n] * h[n]);
}

}  // namespace qarium::nn::ntm
