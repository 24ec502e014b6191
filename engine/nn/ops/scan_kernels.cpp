#include "engine/nn/ops/scan_kernels.hpp"

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/vector_math.hpp"

namespace qarium::nn::kernels {
namespace {

using vector_math::logistic;
using vector_math::spoiled;
using vector_math::unfinite;

/// One sample, one step.
QARIUM_INLINE void min_gru_step(std::int64_t units, float* __restrict sums, const float* __restrict before,
                                float* __restrict h) {
  for (std::int64_t n = 0; n < units; ++n) {
    const float z = spoiled(logistic(sums[n]), unfinite(sums[n]));
    sums[n] = z;
    h[n] = before[n] + z * (sums[units + n] - before[n]);
  }
}

QARIUM_INLINE void min_gru_step_backward(std::int64_t units, const float* __restrict sums,
                                         const float* __restrict before, float* __restrict h_gradient,
                                         float* __restrict sums_gradient) {
  for (std::int64_t n = 0; n < units; ++n) {
    const float z = sums[n];
    const float gradient = h_gradient[n];
    sums_gradient[n] = gradient * (sums[units + n] - before[n]) * z * (1 - z);
    sums_gradient[units + n] = gradient * z;
    h_gradient[n] = gradient * (1 - z);
  }
}

QARIUM_INLINE void lru_step(std::int64_t units, const Eigenvalues& lambda, const float* __restrict in,
                            const float* __restrict before, float* __restrict h) {
  for (std::int64_t n = 0; n < units; ++n) {
    const float real = before[n];
    const float imaginary = before[units + n];
    h[n] = lambda.real[n] * real - lambda.imaginary[n] * imaginary + lambda.scale[n] * in[n];
    h[units + n] = lambda.real[n] * imaginary + lambda.imaginary[n] * real + lambda.scale[n] * in[units + n];
  }
}

QARIUM_INLINE void lru_step_backward(std::int64_t units, const Eigenvalues& lambda, const float* __restrict in,
                                     const float* __restrict before, float* __restrict h_gradient,
                                     const EigenvaluesGradient& gradient, float* __restrict in_gradient) {
  for (std::int64_t n = 0; n < units; ++n) {
    const float real = h_gradient[n];
    const float imaginary = h_gradient[units + n];
    gradient.real[n] += real * before[n] + imaginary * before[units + n];
    gradient.imaginary[n] += imaginary * before[n] - real * before[units + n];
    gradient.scale[n] += real * in[n] + imaginary * in[units + n];
    in_gradient[n] = lambda.scale[n] * real;
    in_gradient[units + n] = lambda.scale[n] * imaginary;
    h_gradient[n] = lambda.real[n] * real + lambda.imaginary[n] * imaginary;
    h_gradient[units + n] = lambda.real[n] * imaginary - lambda.imaginary[n] * real;
  }
}

QARIUM_INLINE void add_row(const float* __restrict from, float* __restrict to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    to[i] += from[i];
}

}  // namespace

QARIUM_CLONES void min_gru_scan(const ScanExtent& extent, float* sums, const float* h, float* outputs) {
  for (std::int64_t t = 0; t < extent.steps; ++t) {
    const float* before = t == 0 ? h : outputs + (t - 1) * extent.row();
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      min_gru_step(extent.units, sums + (t * extent.batch + b) * 2 * extent.units, before + b * extent.units,
                   outputs + t * extent.row() + b * extent.units);
    }
  }
}

QARIUM_CLONES void min_gru_scan_backward(const ScanExtent& extent, const float* sums, const float* h,
                                         const float* outputs, const float* outputs_gradient, float* h_gradient,
                                         float* sums_gradient) {
  for (std::int64_t t = extent.steps - 1; t >= 0; --t) {
    if (outputs_gradient != nullptr) add_row(outputs_gradient + t * extent.row(), h_gradient, extent.row());
    const float* before = t == 0 ? h : outputs + (t - 1) * extent.row();
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      const auto at = (t * extent.batch + b) * 2 * extent.units;
      min_gru_step_backward(extent.units, sums + at, before + b * extent.units, h_gradient + b * extent.units,
                            sums_gradient + at);
    }
  }
}

QARIUM_CLONES void lru_scan(const ScanExtent& extent, const Eigenvalues& eigenvalues, const float* inputs,
                            const float* h, float* states) {
  const auto row = 2 * extent.row();
  const auto width = 2 * extent.units;
  for (std::int64_t t = 0; t < extent.steps; ++t) {
    const float* before = t == 0 ? h : states + (t - 1) * row;
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      lru_step(extent.units, eigenvalues, inputs + t * row + b * width, before + b * width,
               states + t * row + b * width);
    }
  }
}

QARIUM_CLONES void lru_scan_backward(const ScanExtent& extent, const Eigenvalues& eigenvalues, const float* inputs,
                                     const float* h, const float* states, const float* states_gradient,
                                     float* h_gradient, const EigenvaluesGradient& gradient, float* inputs_gradient) {
  const auto row = 2 * extent.row();
  const auto width = 2 * extent.units;
  for (std::int64_t t = extent.steps - 1; t >= 0; --t) {
    add_row(states_gradient + t * row, h_gradient, row);
    const float* before = t == 0 ? h : states + (t - 1) * row;
    for (std::int64_t b = 0; b < extent.batch; ++b) {
      lru_step_backward(extent.units, eigenvalues, inputs + t * row + b * width, before + b * width,
                        h_gradient + b * width, gradient, inputs_gradient + t * row + b * width);
    }
  }
}

QARIUM_CLONES void gated_residual(std::int64_t rows, std::int64_t units, const float* x, float* gates, float* y) {
  for (std::int64_t row = 0; row < rows; ++row) {
    float* its = gates + row * 2 * units;
    for (std::int64_t n = 0; n < units; ++n) {
      const float gate = spoiled(logistic(its[units + n]), unfinite(its[units + n]));
      its[units + n] = gate;
      y[row * units + n] = x[row * units + n] + its[n] * gate;
    }
  }
}

QARIUM_CLONES void gated_residual_backward(std::int64_t rows, std::int64_t units, const float* gates, const float* dy,
                                           float* gates_gradient) {
  for (std::int64_t row = 0; row < rows; ++row) {
    const float* its = gates + row * 2 * units;
    float* gradient = gates_gradient + row * 2 * units;
    for (std::int64_t n = 0; n < units; ++n) {
      const float gate = its[units + n];
      gradient[n] = dy[row * units + n] * gate;
      gradient[units + n] = dy[row * units + n] * its[n] * gate * (1 - gate);
    }
  }
}

}  // namespace qarium::nn::kernels
