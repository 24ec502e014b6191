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

/// out[m + i][n + width j] for i < Rows, j < Vectors, the sums held in registers. Where the columns end before the last
/// vector does, it lies over the one before; the first `done` columns of a single vector lie over an earlier tile.
template <class L, bool Sideways, int Rows, int Vectors>
QARIUM_INLINE void tile(const Product& p, std::int64_t m, std::int64_t n, std::int64_t done = 0) {
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
  const float* weights = p.weights + n;
  const std::int64_t step = Sideways ? p.activation_step : 1;
  for (std::int64_t k = 0; k < p.depth; ++k, weights += p.weight_stride, activations += step) {
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
    tile<L, Sideways, Rows, Vectors>(p, m, n);
  } else {
    const std::int64_t from = std::min(n, p.columns - L::kWidth);
    tile<L, Sideways, Rows, 1>(p, m, from, n - from);
  }
}

/// The rows from m on, as many as blocks of `Rows` cover; gives the first that is left. A span of columns goes through
/// all of them, so that its weights stay in the first-level cache.
template <class L, bool Sideways, int Rows, int Vectors>
QARIUM_INLINE std::int64_t blocks(const Product& p, std::int64_t m) {
  constexpr std::int64_t kSpan = Vectors * L::kWidth;
  const std::int64_t end = m + (p.rows - m) / Rows * Rows;
  const std::int64_t whole = p.columns < L::kWidth ? 0 : p.columns / kSpan * kSpan;
  for (std::int64_t n = 0; n < whole; n += kSpan) {
    for (std::int64_t row = m; row < end; row += Rows)
      tile<L, Sideways, Rows, Vectors>(p, row, n);
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

template <class L>
QARIUM_INLINE void multiply_with(const Product& p) {
  if (p.activation_step == 1) {
    multiply_in<L, false>(p);
  } else {
    multiply_in<L, true>(p);
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

/// One row of activations with `Columns` rows of weights. The last vector of a row reaches back over values that were
/// added before; `tail` has zeros there.
template <class L, int Columns>
QARIUM_INLINE void dots(const Product& p, std::int64_t m, std::int64_t n, const typename L::Vector& tail) {
  const float* activations = p.activations + m * p.activation_stride;
  const float* weights = p.weights + n * p.weight_stride;
  const std::int64_t whole = p.depth / L::kWidth * L::kWidth;
  typename L::Vector sum[Columns] = {};
  for (std::int64_t k = 0; k < whole; k += L::kWidth) {
    const typename L::Vector activation = at<L>(activations + k);
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j)
      sum[j] += activation * at<L>(weights + j * p.weight_stride + k);
  }
  if (whole < p.depth) {
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j)
      sum[j] += tail * at<L>(weights + j * p.weight_stride + p.depth - L::kWidth);
  }
#pragma GCC unroll 8
  for (int j = 0; j < Columns; ++j)
    p.out[m * p.out_stride + n + j] = total(sum[j]) + (p.start ? p.start[m * p.start_stride + n + j] : 0.0F);
}

template <class L>
QARIUM_INLINE void multiply_transposed_with(const Product& p) {
  for (std::int64_t m = 0; m < p.rows; ++m) {
    const float* activations = p.activations + m * p.activation_stride;
    if (p.depth < L::kWidth) {
      for (std::int64_t n = 0; n < p.columns; ++n) {
        float sum = p.start ? p.start[m * p.start_stride + n] : 0.0F;
        for (std::int64_t k = 0; k < p.depth; ++k)
          sum += activations[k] * p.weights[n * p.weight_stride + k];
        p.out[m * p.out_stride + n] = sum;
      }
      continue;
    }
    typename L::Vector tail = {};
    for (std::int64_t k = p.depth / L::kWidth * L::kWidth; k < p.depth; ++k)
      tail[L::kWidth - p.depth + k] = activations[k];
    std::int64_t n = 0;
    for (; n + 8 <= p.columns; n += 8)
      dots<L, 8>(p, m, n, tail);
    for (; n + 4 <= p.columns; n += 4)
      dots<L, 4>(p, m, n, tail);
    for (; n + 2 <= p.columns; n += 2)
      dots<L, 2>(p, m, n, tail);
    if (n < p.columns) dots<L, 1>(p, m, n, tail);
  }
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
