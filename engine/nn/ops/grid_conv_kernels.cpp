#include "engine/nn/ops/grid_conv_kernels.hpp"

#include <algorithm>
#include <cstring>

#include "engine/nn/ops/instruction_sets.hpp"

namespace qarium::nn {
namespace {

/// Calls f(tap, token) for each of the taps through which the cell at (row, column) reaches an output.
template <class F>
QARIUM_INLINE void for_each_tap(const GridConvShape& shape, std::int64_t row, std::int64_t column, F f) {
  // Where tap ky sees the cell, the output lies at row + padding - ky.
  const std::int64_t down = row + shape.padding;
  const std::int64_t right = column + shape.padding;
  const std::int64_t first_y = std::max<std::int64_t>(0, down - shape.out_rows() + 1);
  const std::int64_t last_y = std::min<std::int64_t>(2, down);
  const std::int64_t first_x = std::max<std::int64_t>(0, right - shape.out_columns() + 1);
  const std::int64_t last_x = std::min<std::int64_t>(2, right);
  for (std::int64_t ky = first_y; ky <= last_y; ++ky) {
    const std::int64_t token = (down - ky) * shape.out_columns() + right;
    for (std::int64_t kx = first_x; kx <= last_x; ++kx)
      f(ky * 3 + kx, token - kx);
  }
}

/// Whether the eight numbers from here on are all +0.
QARIUM_INLINE bool eight_zeros(const float* from) {
  std::uint64_t bits[4];
  std::memcpy(bits, from, sizeof bits);
  return (bits[0] | bits[1] | bits[2] | bits[3]) == 0;
}

/// Calls f(value, plane, row, column) for each cell of one sample that is not zero.
template <class F>
QARIUM_INLINE void for_each_cell(const GridConvShape& shape, const float* sample, F f) {
  const std::int64_t cells = shape.planes * shape.rows * shape.columns;
  const auto cell = [&](std::int64_t i) __attribute__((always_inline)) {
    if (sample[i] == 0) return;
    const auto at = static_cast<std::uint32_t>(i);
    const auto columns = static_cast<std::uint32_t>(shape.columns);
    const auto rows = static_cast<std::uint32_t>(shape.rows);
    f(sample[i], at / columns / rows, at / columns % rows, at % columns);
  };
  std::int64_t i = 0;
  for (; i + 8 <= cells; i += 8) {
    if (eight_zeros(sample + i)) continue;
    for (std::int64_t k = i; k < i + 8; ++k)
      cell(k);
  }
  for (; i < cells; ++i)
    cell(i);
}

/// As published (Young and Tian 2019), and the default.
constexpr std::int64_t kUsual = 16;
/// Eight floats anywhere in memory.
using EightFloats [[gnu::vector_size(8 * sizeof(float)), gnu::aligned(sizeof(float)), gnu::may_alias]] = float;

/// Channels = 0: as many as `n` says.
template <std::int64_t Channels>
QARIUM_INLINE void add_scaled(float* __restrict to, const float* __restrict from, float factor, std::int64_t n) {
  if constexpr (Channels == kUsual) {
    auto* sums = reinterpret_cast<EightFloats*>(to);
    const auto* added = reinterpret_cast<const EightFloats*>(from);
    sums[0] += factor * added[0];
    sums[1] += factor * added[1];
  } else {
    for (std::int64_t i = 0; i < n; ++i)
      to[i] += factor * from[i];
  }
}

template <std::int64_t Channels>
QARIUM_INLINE void forward_with(const GridConvShape& shape, const float* input, const float* weight, const float* bias,
                                float* out) {
  const std::int64_t channels = Channels == 0 ? shape.channels : Channels;
  const std::int64_t sample_size = shape.tokens() * channels;
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    float* result = out + b * sample_size;
    for (std::int64_t token = 0; token < shape.tokens(); ++token)
      std::copy_n(bias, channels, result + token * channels);
    for_each_cell(shape, input + b * shape.planes * shape.rows * shape.columns,
                  [&](float value, std::int64_t plane, std::int64_t row, std::int64_t column) {
                    for_each_tap(shape, row, column, [&](std::int64_t tap, std::int64_t token) {
                      add_scaled<Channels>(result + token * channels, weight + (plane * 9 + tap) * channels, value,
                                           channels);
                    });
                  });
    for (std::int64_t i = 0; shape.rectified && i < sample_size; ++i)
      result[i] = result[i] < 0 ? 0 : result[i];  // what is not a number stays so
  }
}

template <std::int64_t Channels>
QARIUM_INLINE void backward_with(const GridConvShape& shape, const float* input, const float* out,
                                 const float* out_gradient, float* masked, float* weight_gradient,
                                 float* bias_gradient) {
  const std::int64_t channels = Channels == 0 ? shape.channels : Channels;
  const std::int64_t sample_size = shape.tokens() * channels;
  std::fill_n(weight_gradient, shape.planes * 9 * channels, 0.0F);
  std::fill_n(bias_gradient, channels, 0.0F);
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    const float* result = out + b * sample_size;
    const float* gradient = out_gradient + b * sample_size;
    for (std::int64_t i = 0; i < sample_size; ++i)
      masked[i] = result[i] > 0 || !shape.rectified ? gradient[i] : 0;
    for (std::int64_t token = 0; token < shape.tokens(); ++token) {
      add_scaled<Channels>(bias_gradient, masked + token * channels, 1, channels);
    }
    for_each_cell(shape, input + b * shape.planes * shape.rows * shape.columns,
                  [&](float value, std::int64_t plane, std::int64_t row, std::int64_t column) {
                    for_each_tap(shape, row, column, [&](std::int64_t tap, std::int64_t token) {
                      add_scaled<Channels>(weight_gradient + (plane * 9 + tap) * channels, masked + token * channels,
                                           value, channels);
                    });
                  });
  }
}

}  // namespace

QARIUM_CLONES void grid_conv_forward(const GridConvShape& shape, const float* input, const float* weight,
                                     const float* bias, float* out) {
  if (shape.channels == kUsual) {
    forward_with<kUsual>(shape, input, weight, bias, out);
  } else {
    forward_with<0>(shape, input, weight, bias, out);
  }
}

QARIUM_CLONES void grid_conv_backward(const GridConvShape& shape, const float* input, const float* out,
                                      const float* out_gradient, float* masked, float* weight_gradient,
                                      float* bias_gradient) {
  if (shape.channels == kUsual) {
    backward_with<kUsual>(shape, input, out, out_gradient, masked, weight_gradient, bias_gradient);
  } else {
    backward_with<0>(shape, input, out, out_gradient, masked, weight_gradient, bias_gradient);
  }
}

}  // namespace qarium::nn
