#include "engine/nn/ops/grid_conv_kernels.hpp"

#include <algorithm>

#include "engine/nn/ops/instruction_sets.hpp"

namespace qarium::nn {
namespace {

/// Calls f(tap, token) for each of the taps through which the cell at (row, column) reaches an output.
template <class F>
QARIUM_INLINE void for_each_tap(const GridConvShape& shape, std::int64_t row, std::int64_t column, F f) {
  for (std::int64_t ky = 0; ky < 3; ++ky) {
    const std::int64_t y = row + shape.padding - ky;
    if (y < 0 || y >= shape.out_rows()) continue;
    for (std::int64_t kx = 0; kx < 3; ++kx) {
      const std::int64_t x = column + shape.padding - kx;
      if (x >= 0 && x < shape.out_columns()) f(ky * 3 + kx, y * shape.out_columns() + x);
    }
  }
}

/// Calls f(value, plane, row, column) for each cell of one sample that is not zero.
template <class F>
QARIUM_INLINE void for_each_cell(const GridConvShape& shape, const float* sample, F f) {
  for (std::int64_t plane = 0; plane < shape.planes; ++plane) {
    for (std::int64_t row = 0; row < shape.rows; ++row) {
      for (std::int64_t column = 0; column < shape.columns; ++column) {
        const float value = *sample++;
        if (value != 0) f(value, plane, row, column);
      }
    }
  }
}

QARIUM_INLINE void add_scaled(float* __restrict to, const float* __restrict from, float factor, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    to[i] += factor * from[i];
}

}  // namespace

QARIUM_CLONES void grid_conv_forward(const GridConvShape& shape, const float* input, const float* weight,
                                     const float* bias, float* out) {
  const std::int64_t channels = shape.channels;
  const std::int64_t sample_size = shape.tokens() * channels;
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    float* result = out + b * sample_size;
    for (std::int64_t token = 0; token < shape.tokens(); ++token)
      std::copy_n(bias, channels, result + token * channels);
    for_each_cell(shape, input + b * shape.planes * shape.rows * shape.columns,
                  [&](float value, std::int64_t plane, std::int64_t row, std::int64_t column) {
                    for_each_tap(shape, row, column, [&](std::int64_t tap, std::int64_t token) {
                      add_scaled(result + token * channels, weight + (plane * 9 + tap) * channels, value, channels);
                    });
                  });
    for (std::int64_t i = 0; i < sample_size; ++i)
      result[i] = result[i] < 0 ? 0 : result[i];  // what is not a number stays so
  }
}

QARIUM_CLONES void grid_conv_backward(const GridConvShape& shape, const float* input, const float* out,
                                      const float* out_gradient, float* masked, float* weight_gradient,
                                      float* bias_gradient) {
  const std::int64_t channels = shape.channels;
  const std::int64_t sample_size = shape.tokens() * channels;
  std::fill_n(weight_gradient, shape.planes * 9 * channels, 0.0F);
  std::fill_n(bias_gradient, channels, 0.0F);
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    const float* result = out + b * sample_size;
    const float* gradient = out_gradient + b * sample_size;
    for (std::int64_t i = 0; i < sample_size; ++i)
      masked[i] = result[i] > 0 ? gradient[i] : 0;
    for (std::int64_t token = 0; token < shape.tokens(); ++token) {
      add_scaled(bias_gradient, masked + token * channels, 1, channels);
    }
    for_each_cell(shape, input + b * shape.planes * shape.rows * shape.columns,
                  [&](float value, std::int64_t plane, std::int64_t row, std::int64_t column) {
                    for_each_tap(shape, row, column, [&](std::int64_t tap, std::int64_t token) {
                      add_scaled(weight_gradient + (plane * 9 + tap) * channels, masked + token * channels, value,
                                 channels);
                    });
                  });
  }
}

}  // namespace qarium::nn
