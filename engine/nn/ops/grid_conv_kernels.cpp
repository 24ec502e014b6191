#include "engine/nn/ops/grid_conv_kernels.hpp"

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "engine/nn/ops/instruction_sets.hpp"

namespace qarium::nn {
namespace {

/// A cell that is not zero, and its token in a grid with two more rows and columns before the first.
struct Lit {
  float value;
  std::int32_t token;
};

/// Tokens with a margin, so that every tap of every cell has one: where tap (ky, kx) sees the cell at (row, column),
/// the token lies at (row + 2 - ky, column + 2 - kx).
struct Room {
  std::vector<float> tokens;
  std::vector<std::int32_t> places;  ///< of a plane's cells
  std::vector<Lit> lit;              ///< of one plane, and room for one more
  std::int64_t wide = 0;
  std::int64_t corner = 0;  ///< the first token without the margin

  void fit(const GridConvShape& shape, std::int64_t channels) {
    wide = shape.columns + 2;
    corner = (2 - shape.padding) * (wide + 1);
    tokens.resize(static_cast<std::size_t>((shape.rows + 2) * wide * channels));
    lit.resize(static_cast<std::size_t>(shape.rows * shape.columns) + 1);
    places.clear();
    for (std::int64_t row = 0; row < shape.rows; ++row) {
      for (std::int64_t column = 0; column < shape.columns; ++column)
        places.push_back(static_cast<std::int32_t>((row + 2) * wide + column + 2));
    }
  }
};
thread_local Room room;

/// Whether the eight numbers from here on are all +0.
QARIUM_INLINE bool eight_zeros(const float* from) {
  std::uint64_t bits[4];
  std::memcpy(bits, from, sizeof bits);
  return (bits[0] | bits[1] | bits[2] | bits[3]) == 0;
}

/// The cells of a plane that are not zero, in their order; how many. Without a branch on each: where they lie is
/// chance.
QARIUM_INLINE std::size_t find_lit(const float* plane, const std::vector<std::int32_t>& places, Lit* lit) {
  const auto cells = places.size();
  std::size_t found = 0;
  const auto look = [&](std::size_t i) __attribute__((always_inline)) {
    lit[found] = {plane[i], places[i]};
    found += plane[i] == 0 ? 0 : 1;
  };
  std::size_t i = 0;
  for (; i + 8 <= cells; i += 8) {
    if (eight_zeros(plane + i)) continue;
    for (std::size_t k = i; k < i + 8; ++k)
      look(k);
  }
  for (; i < cells; ++i)
    look(i);
  return found;
}

/// As published (Young and Tian 2019), and the default.
constexpr std::int64_t kUsual = 16;
/// So many floats anywhere in memory.
using UsualFloats [[gnu::vector_size(kUsual * sizeof(float)), gnu::aligned(sizeof(float)), gnu::may_alias]] = float;

/// to[token - back] += value * weight for each lit cell. Channels = 0: as many as `n` says.
template <std::int64_t Channels>
QARIUM_INLINE void scatter(std::span<const Lit> lit, std::int64_t back, const float* __restrict weight,
                           float* __restrict to, std::int64_t n) {
  if constexpr (Channels == kUsual) {
    const auto factors = *reinterpret_cast<const UsualFloats*>(weight);
    for (const auto& cell : lit)
      *reinterpret_cast<UsualFloats*>(to + (cell.token - back) * kUsual) += cell.value * factors;
  } else {
    for (const auto& cell : lit) {
      float* sums = to + (cell.token - back) * n;
      for (std::int64_t i = 0; i < n; ++i)
        sums[i] += cell.value * weight[i];
    }
  }
}

/// sums += value * from[token - back] for each lit cell.
template <std::int64_t Channels>
QARIUM_INLINE void collect(std::span<const Lit> lit, std::int64_t back, const float* __restrict from,
                           float* __restrict sums, std::int64_t n) {
  if constexpr (Channels == kUsual) {
    auto all = *reinterpret_cast<const UsualFloats*>(sums);
    for (const auto& cell : lit)
      all += cell.value * *reinterpret_cast<const UsualFloats*>(from + (cell.token - back) * kUsual);
    *reinterpret_cast<UsualFloats*>(sums) = all;
  } else {
    for (const auto& cell : lit) {
      const float* added = from + (cell.token - back) * n;
      for (std::int64_t i = 0; i < n; ++i)
        sums[i] += cell.value * added[i];
    }
  }
}

/// Calls f(lit, tap, back) for the planes of a sample and each tap: `tap` counts over all planes, `back` is how far
/// before a cell's token that of the tap lies. Tap by tap, since what is added to a token must wait for what was added
/// to it before; each token has its sum in the order of the cells all the same.
template <class F>
QARIUM_INLINE void for_each_tap(const GridConvShape& shape, const float* sample, F f) {
  const std::int64_t cells = shape.rows * shape.columns;
  for (std::int64_t plane = 0; plane < shape.planes; ++plane) {
    const auto found = find_lit(sample + plane * cells, room.places, room.lit.data());
    const std::span<const Lit> lit(room.lit.data(), found);
    if (lit.empty()) continue;
    for (std::int64_t tap = 0; tap < 9; ++tap)
      f(lit, plane * 9 + tap, tap / 3 * room.wide + tap % 3);
  }
}

template <std::int64_t Channels>
QARIUM_INLINE void forward_with(const GridConvShape& shape, const float* input, const float* weight, const float* bias,
                                float* out) {
  const std::int64_t channels = Channels == 0 ? shape.channels : Channels;
  const std::int64_t row_size = shape.out_columns() * channels;
  room.fit(shape, channels);
  float* sums = room.tokens.data();
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    for (std::size_t i = 0; i < room.tokens.size(); i += static_cast<std::size_t>(channels))
      std::copy_n(bias, channels, sums + i);
    for_each_tap(shape, input + b * shape.planes * shape.rows * shape.columns,
                 [&](std::span<const Lit> lit, std::int64_t tap, std::int64_t back) {
                   scatter<Channels>(lit, back, weight + tap * channels, sums, channels);
                 });
    for (std::int64_t row = 0; row < shape.out_rows(); ++row) {
      const float* from = sums + (room.corner + row * room.wide) * channels;
      float* result = out + (b * shape.out_rows() + row) * row_size;
      for (std::int64_t i = 0; i < row_size; ++i)
        result[i] = shape.rectified && from[i] < 0 ? 0 : from[i];  // what is not a number stays so
    }
  }
}

template <std::int64_t Channels>
QARIUM_INLINE void backward_with(const GridConvShape& shape, const float* input, const float* out,
                                 const float* out_gradient, float* weight_gradient, float* bias_gradient) {
  const std::int64_t channels = Channels == 0 ? shape.channels : Channels;
  const std::int64_t row_size = shape.out_columns() * channels;
  std::fill_n(weight_gradient, shape.planes * 9 * channels, 0.0F);
  std::fill_n(bias_gradient, channels, 0.0F);
  room.fit(shape, channels);
  float* masked = room.tokens.data();
  std::fill(room.tokens.begin(), room.tokens.end(), 0.0F);
  for (std::int64_t b = 0; b < shape.batch; ++b) {
    for (std::int64_t row = 0; row < shape.out_rows(); ++row) {
      const auto place = (b * shape.out_rows() + row) * row_size;
      float* to = masked + (room.corner + row * room.wide) * channels;
      for (std::int64_t i = 0; i < row_size; ++i)
        to[i] = out[place + i] > 0 || !shape.rectified ? out_gradient[place + i] : 0;
      for (std::int64_t i = 0; i < row_size; i += channels) {
        for (std::int64_t k = 0; k < channels; ++k)
          bias_gradient[k] += to[i + k];
      }
    }
    for_each_tap(shape, input + b * shape.planes * shape.rows * shape.columns,
                 [&](std::span<const Lit> lit, std::int64_t tap, std::int64_t back) {
                   collect<Channels>(lit, back, masked, weight_gradient + tap * channels, channels);
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
                                      const float* out_gradient, float* weight_gradient, float* bias_gradient) {
  if (shape.channels == kUsual) {
    backward_with<kUsual>(shape, input, out, out_gradient, weight_gradient, bias_gradient);
  } else {
    backward_with<0>(shape, input, out, out_gradient, weight_gradient, bias_gradient);
  }
}

}  // namespace qarium::nn
