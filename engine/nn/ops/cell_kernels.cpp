#include "engine/nn/ops/cell_kernels.hpp"

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/vector_math.hpp"

namespace qarium::nn::kernels {

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

QARIUM_CLONES void gru_forward(std::int64_t units, const float* __restrict sums, float* __restrict kept,
                               const float* __restrict h_before, float* __restrict h) {
  std::int32_t bad = 0;
  for (std::int64_t n = 0; n < 3 * units; ++n)
    bad |= unfinite(sums[n] + kept[n]);
  for (std::int64_t n = 0; n < units; ++n) {
    const float r = logistic(sums[n] + kept[n]);
    const float z = logistic(sums[units + n] + kept[units + n]);
    const float from_h = kept[2 * units + n];
    const float candidate = hyperbolic_tangent(sums[2 * units + n] + r * from_h);
    kept[n] = r;
    kept[units + n] = z;
    kept[2 * units + n] = candidate;
    kept[3 * units + n] = from_h;
    h[n] = spoiled(candidate + z * (h_before[n] - candidate), bad);
  }
}

QARIUM_CLONES void gru_backward(std::int64_t units, const float* __restrict kept, const float* __restrict h_before,
                                float* __restrict h_gradient, float* __restrict sums_gradient,
                                float* __restrict products_gradient) {
  for (std::int64_t n = 0; n < units; ++n) {
    const float r = kept[n];
    const float z = kept[units + n];
    const float candidate = kept[2 * units + n];
    const float dh = h_gradient[n];
    const float of_candidate = dh * (1.0F - z) * (1.0F - candidate * candidate);
    const float of_r = of_candidate * kept[3 * units + n] * r * (1.0F - r);
    const float of_z = dh * (h_before[n] - candidate) * z * (1.0F - z);
    sums_gradient[n] = of_r;
    sums_gradient[units + n] = of_z;
    sums_gradient[2 * units + n] = of_candidate;
    products_gradient[n] = of_r;
    products_gradient[units + n] = of_z;
    products_gradient[2 * units + n] = of_candidate * r;
    h_gradient[n] = dh * z;
  }
}

}  // namespace qarium::nn::kernels
