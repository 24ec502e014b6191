#include "engine/nn/ops/product_kernels.hpp"

#include <algorithm>

#include "engine/nn/ops/instruction_sets.hpp"

// A vector wider than the registers is kept in memory, so each instruction set has its own width here.
#if defined(__x86_64__) && defined(__GNUC__)
#define QARIUM_X86 1
#define QARIUM_WIDE __attribute__((target("arch=x86-64-v4")))
#define QARIUM_MIDDLE __attribute__((target("arch=x86-64-v3")))
#endif

namespace qarium::nn::kernels {
namespace {

template <int Width>
struct Lanes {
  static constexpr int kWidth = Width;
  using Vector [[gnu::vector_size(Width * sizeof(float))]] = float;
  /// The same anywhere in memory.
  using Loose [[gnu::vector_size(Width * sizeof(float)), gnu::aligned(sizeof(float)), gnu::may_alias]] = float;
};
using Four = Lanes<4>;
using Eight = Lanes<8>;
using Sixteen = Lanes<16>;

template <class L>
QARIUM_INLINE const typename L::Loose& at(const float* p) {
  return *reinterpret_cast<const typename L::Loose*>(p);
}

/// Makes the lanes before `first` zero.
template <class L>
QARIUM_INLINE void clear_lanes(typename L::Vector& v, std::int64_t first) {
  for (int i = 0; i < L::kWidth; ++i)
    v[i] = i < first ? 0.0F : v[i];
}

/// The weights from a column on.
struct Panel {
  const float* from;
  std::int64_t stride;
};
QARIUM_INLINE Panel panel_at(const Product& p, std::int64_t n) {
  return {p.weights + n, p.weight_stride};
}

/// out[m + i][n + width j] for i < Rows, j < Vectors, the sums held in registers. Where the columns end before the last
/// vector does, it lies over the one before; the first `done` columns of a single vector lie over an earlier tile.
template <class L, bool Sideways, int Rows, int Vectors>
QARIUM_INLINE void tile(const Product& p, std::int64_t m, std::int64_t n, Panel panel, std::int64_t done = 0) {
  std::int64_t offset[Vectors];
#pragma GCC unroll 8
  for (int j = 0; j < Vectors; ++j)
    offset[j] = j * L::kWidth;
  offset[Vectors - 1] = std::min(offset[Vectors - 1], p.columns - n - L::kWidth);
  const std::int64_t overlap = Vectors == 1 ? done : (Vectors - 1) * L::kWidth - offset[Vectors - 1];
  typename L::Vector sum[Rows][Vectors];
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j) {
      sum[i][j] = typename L::Vector{};
      if (p.start) sum[i][j] = at<L>(p.start + (m + i) * p.start_stride + n + offset[j]);
    }
  }
  const std::int64_t row_stride = Sideways ? 1 : p.activation_stride;
  const float* activations = p.activations + m * row_stride;
  const float* weights = panel.from;
  const std::int64_t step = Sideways ? p.activation_step : 1;
  for (std::int64_t k = 0; k < p.depth; ++k, weights += panel.stride, activations += step) {
    typename L::Vector weight[Vectors];
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j)
      weight[j] = at<L>(weights + offset[j]);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      const float activation = activations[i * row_stride];
#pragma GCC unroll 8
      for (int j = 0; j < Vectors; ++j)
        sum[i][j] += activation * weight[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j) {
      float* to = p.out + (m + i) * p.out_stride + n + offset[j];
      if (p.add) {
        // What lies over another vector was added there.
        if (j == Vectors - 1 && overlap > 0) clear_lanes<L>(sum[i][j], overlap);
        sum[i][j] += at<L>(to);
      }
      *reinterpret_cast<typename L::Loose*>(to) = sum[i][j];
    }
  }
}

/// Fewer columns than a vector has.
template <int Rows>
QARIUM_INLINE void narrow_tile(const Product& p, std::int64_t m) {
  for (int i = 0; i < Rows; ++i) {
    for (std::int64_t column = 0; column < p.columns; ++column) {
      float sum = p.start ? p.start[(m + i) * p.start_stride + column] : 0.0F;
      const float* activations = p.activations + (m + i) * p.activation_stride;
      for (std::int64_t k = 0; k < p.depth; ++k)
        sum += activations[k * p.activation_step] * p.weights[k * p.weight_stride + column];
      float& to = p.out[(m + i) * p.out_stride + column];
      to = p.add ? to + sum : sum;
    }
  }
}

/// The columns from n on, as one tile of no more vectors than they need.
template <class L, bool Sideways, int Rows, int Vectors>
QARIUM_INLINE void last_tile(const Product& p, std::int64_t m, std::int64_t n) {
  if constexpr (Vectors > 1) {
    if (p.columns - n <= (Vectors - 1) * L::kWidth) return last_tile<L, Sideways, Rows, Vectors - 1>(p, m, n);
    tile<L, Sideways, Rows, Vectors>(p, m, n, panel_at(p, n));
  } else {
    const std::int64_t from = std::min(n, p.columns - L::kWidth);
    tile<L, Sideways, Rows, 1>(p, m, from, panel_at(p, from), n - from);
  }
}

template <class L, int Vectors>
QARIUM_INLINE void copy_vectors(const float* from, float* to) {
#pragma GCC unroll 8
  for (int j = 0; j < Vectors; ++j)
    *reinterpret_cast<typename L::Loose*>(to + j * L::kWidth) = at<L>(from + j * L::kWidth);
}

/// The rows from m on, as many as blocks of `Rows` cover; gives the first that is left. A span of columns goes through
/// all of them, so that its weights stay in the first-level cache.
template <class L, bool Sideways, int Rows, int Vectors>
QARIUM_INLINE std::int64_t blocks(const Product& p, std::int64_t m) {
  constexpr std::int64_t kSpan = Vectors * L::kWidth;
  const std::int64_t end = m + (p.rows - m) / Rows * Rows;
  const std::int64_t whole = p.columns < L::kWidth ? 0 : p.columns / kSpan * kSpan;
  // Rows of weights that lie a multiple of 512 bytes apart share few places in the first-level cache: where many rows
  // of activations read them, a copy side by side pays.
  constexpr std::int64_t kMostDepth = 256;
  const bool copied = p.weight_stride % 128 == 0 && end - m >= 4 * Rows && p.depth <= kMostDepth;
  alignas(64) float side_by_side[kMostDepth * kSpan];
  for (std::int64_t n = 0; n < whole; n += kSpan) {
    auto panel = panel_at(p, n);
    if (copied) {
      for (std::int64_t k = 0; k < p.depth; ++k)
        copy_vectors<L, Vectors>(panel.from + k * panel.stride, side_by_side + k * kSpan);
      panel = {side_by_side, kSpan};
    }
    for (std::int64_t row = m; row < end; row += Rows)
      tile<L, Sideways, Rows, Vectors>(p, row, n, panel);
  }
  for (std::int64_t row = m; row < end && whole < p.columns; row += Rows) {
    if (p.columns < L::kWidth) {
      narrow_tile<Rows>(p, row);
    } else {
      last_tile<L, Sideways, Rows, Vectors>(p, row, whole);
    }
  }
  return end;
}

/// In vectors no wider than there are columns.
template <class L, bool Sideways>
QARIUM_INLINE void multiply_in(const Product& p) {
  if constexpr (L::kWidth == 16) {  // 32 registers
    if (p.columns < 16) return multiply_in<Eight, Sideways>(p);
    std::int64_t m = blocks<L, Sideways, 8, 2>(p, 0);
    m = blocks<L, Sideways, 4, 4>(p, m);
    m = blocks<L, Sideways, 2, 4>(p, m);
    blocks<L, Sideways, 1, 8>(p, m);
  } else {  // 16 registers
    if constexpr (L::kWidth == 8) {
      if (p.columns < 8) return multiply_in<Four, Sideways>(p);
    }
    std::int64_t m = blocks<L, Sideways, 4, 3>(p, 0);
    m = blocks<L, Sideways, 2, 4>(p, m);
    blocks<L, Sideways, 1, 8>(p, m);
  }
}

/// A great depth on its side goes piece by piece: what a piece touches stays in the second-level cache while all its
/// columns are made.
template <class L>
QARIUM_INLINE void multiply_sideways(Product p) {
  constexpr std::int64_t kPiece = 128;
  const std::int64_t depth = p.depth;
  for (std::int64_t done = 0; done == 0 || done < depth; done += kPiece) {
    p.depth = depth - done < 2 * kPiece ? depth - done : kPiece;
    multiply_in<L, true>(p);
    if (done + p.depth == depth) return;
    p.activations += p.depth * p.activation_step;
    p.weights += p.depth * p.weight_stride;
    p.start = nullptr;
    p.add = true;
  }
}

template <class L>
QARIUM_INLINE void multiply_with(const Product& p) {
  if (p.activation_step == 1) {
    multiply_in<L, false>(p);
  } else {
    multiply_sideways<L>(p);
  }
}

/// Sums of the lanes, by halves.
QARIUM_INLINE float total(const Four::Vector& v) {
  const auto two = v + __builtin_shufflevector(v, v, 2, 3, 0, 1);
  return two[0] + two[1];
}
QARIUM_INLINE float total(const Eight::Vector& v) {
  return total(__builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7));
}
QARIUM_INLINE float total(const Sixteen::Vector& v) {
  return total(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
               __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15));
}

/// `Rows` rows of activations with `Columns` rows of weights. The last vector of a row reaches back over values that
/// were added before, where `keep` has zeros.
template <class L, int Rows, int Columns>
QARIUM_INLINE void dots(const Product& p, std::int64_t m, std::int64_t n, const typename L::Vector& keep) {
  const float* activations = p.activations + m * p.activation_stride;
  const float* weights = p.weights + n * p.weight_stride;
  const std::int64_t whole = p.depth / L::kWidth * L::kWidth;
  typename L::Vector sum[Rows][Columns] = {};
  const auto add_products = [&](std::int64_t k, bool last) __attribute__((always_inline)) {
    typename L::Vector weight[Columns];
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j)
      weight[j] = at<L>(weights + j * p.weight_stride + k);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      typename L::Vector activation = at<L>(activations + i * p.activation_stride + k);
      if (last) activation *= keep;
#pragma GCC unroll 8
      for (int j = 0; j < Columns; ++j)
        sum[i][j] += activation * weight[j];
    }
  };
  for (std::int64_t k = 0; k < whole; k += L::kWidth)
    add_products(k, false);
  if (whole < p.depth) add_products(p.depth - L::kWidth, true);
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j) {
      const float start = p.start ? p.start[(m + i) * p.start_stride + n + j] : 0.0F;
      p.out[(m + i) * p.out_stride + n + j] = total(sum[i][j]) + start;
    }
  }
}

/// These rows with all columns, in tiles of `Columns` and fewer.
template <class L, int Rows, int Columns>
QARIUM_INLINE void rows_of_dots(const Product& p, std::int64_t m, std::int64_t n, const typename L::Vector& keep) {
  for (; n + Columns <= p.columns; n += Columns)
    dots<L, Rows, Columns>(p, m, n, keep);
  if constexpr (Columns > 1) rows_of_dots<L, Rows, Columns / 2>(p, m, n, keep);
}

template <class L>
QARIUM_INLINE void multiply_transposed_with(const Product& p) {
  if (p.depth < L::kWidth) {
    for (std::int64_t m = 0; m < p.rows; ++m) {
      const float* activations = p.activations + m * p.activation_stride;
      for (std::int64_t n = 0; n < p.columns; ++n) {
        float sum = p.start ? p.start[m * p.start_stride + n] : 0.0F;
        for (std::int64_t k = 0; k < p.depth; ++k)
          sum += activations[k] * p.weights[n * p.weight_stride + k];
        p.out[m * p.out_stride + n] = sum;
      }
    }
    return;
  }
  typename L::Vector keep = {};
  const std::int64_t whole = p.depth / L::kWidth * L::kWidth;
  for (int i = 0; i < L::kWidth; ++i)
    keep[i] = p.depth - L::kWidth + i < whole ? 0.0F : 1.0F;
  constexpr int kRows = L::kWidth == 16 ? 6 : 4;
  constexpr int kColumns = L::kWidth == 16 ? 4 : 3;
  std::int64_t m = 0;
  // A tile's rows of activations stay in the first-level cache while all rows of weights go by.
  const std::int64_t whole_rows = p.rows / kRows * kRows;
  const std::int64_t whole_columns = p.columns / kColumns * kColumns;
  for (m = 0; m < whole_rows; m += kRows) {
    for (std::int64_t n = 0; n < whole_columns; n += kColumns)
      dots<L, kRows, kColumns>(p, m, n, keep);
  }
  for (m = 0; m < whole_rows; m += kRows) {
    for (std::int64_t n = whole_columns; n < p.columns; ++n)
      dots<L, kRows, 1>(p, m, n, keep);
  }
  for (m = whole_rows; m < p.rows; ++m)
    rows_of_dots<L, 1, 8>(p, m, 0, keep);
}

/// Four rows of four.
QARIUM_INLINE void transpose_four(const float* from, std::int64_t from_stride, float* to, std::int64_t to_stride) {
  const Four::Vector a = at<Four>(from);
  const Four::Vector b = at<Four>(from + from_stride);
  const Four::Vector c = at<Four>(from + 2 * from_stride);
  const Four::Vector d = at<Four>(from + 3 * from_stride);
  const Four::Vector ab_low = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const Four::Vector ab_high = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const Four::Vector cd_low = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const Four::Vector cd_high = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  const auto store = [&](int row, const Four::Vector& v) { *reinterpret_cast<Four::Loose*>(to + row * to_stride) = v; };
  store(0, __builtin_shufflevector(ab_low, cd_low, 0, 1, 4, 5));
  store(1, __builtin_shufflevector(ab_low, cd_low, 2, 3, 6, 7));
  store(2, __builtin_shufflevector(ab_high, cd_high, 0, 1, 4, 5));
  store(3, __builtin_shufflevector(ab_high, cd_high, 2, 3, 6, 7));
}

using Multiply = void (*)(const Product&);

void multiply_narrow(const Product& p) {
  multiply_with<Four>(p);
}
void multiply_transposed_narrow(const Product& p) {
  multiply_transposed_with<Four>(p);
}

#ifdef QARIUM_X86
QARIUM_MIDDLE void multiply_middle(const Product& p) {
  multiply_with<Eight>(p);
}
QARIUM_MIDDLE void multiply_transposed_middle(const Product& p) {
  multiply_transposed_with<Eight>(p);
}
QARIUM_WIDE void multiply_wide(const Product& p) {
  multiply_with<Sixteen>(p);
}
QARIUM_WIDE void multiply_transposed_wide(const Product& p) {
  multiply_transposed_with<Sixteen>(p);
}

/// What x86-64-v4 and -v3 have beyond one another, as far as these loops use it.
bool has_wide() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512cd");
}
bool has_middle() {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2");
}
Multiply best(Multiply narrow, Multiply middle, Multiply wide) {
  return has_wide() ? wide : has_middle() ? middle : narrow;
}
#endif

}  // namespace

void multiply(const Product& product) {
#ifdef QARIUM_X86
  static const Multiply chosen = best(multiply_narrow, multiply_middle, multiply_wide);
  chosen(product);
#else
  multiply_narrow(product);
#endif
}

void multiply_transposed(const Product& product) {
#ifdef QARIUM_X86
  static const Multiply chosen = best(multiply_transposed_narrow, multiply_transposed_middle, multiply_transposed_wide);
  chosen(product);
#else
  multiply_transposed_narrow(product);
#endif
}

void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, std::int64_t columns, float* to,
               std::int64_t to_stride) {
  const std::int64_t whole_rows = rows / 4 * 4;
  const std::int64_t whole_columns = columns / 4 * 4;
  // A strip of columns at a time: as many lines of `to` as stay in the first-level cache.
  constexpr std::int64_t kStrip = 16;
  for (std::int64_t strip = 0; strip < whole_columns; strip += kStrip) {
    const std::int64_t strip_end = std::min(strip + kStrip, whole_columns);
    for (std::int64_t row = 0; row < whole_rows; row += 4) {
      for (std::int64_t column = strip; column < strip_end; column += 4)
        transpose_four(from + row * from_stride + column, from_stride, to + column * to_stride + row, to_stride);
    }
  }
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t column = row < whole_rows ? whole_columns : 0; column < columns; ++column)
      to[column * to_stride + row] = from[row * from_stride + column];
  }
}

}  // namespace qarium::nn::kernels
