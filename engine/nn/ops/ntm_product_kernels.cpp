#include <algorithm>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"

#define QARIUM_INLINE inline __attribute__((always_inline))

namespace qarium::nn::ntm {
namespace {

typedef float Vector __attribute__((vector_size(kLanes * sizeof(float))));
typedef float LooseVector __attribute__((vector_size(kLanes * sizeof(float)), aligned(sizeof(float)), may_alias));

QARIUM_INLINE const LooseVector& at(const float* p) {
  return *reinterpret_cast<const LooseVector*>(p);
}

/// out[m + i][n + 16 j] for i < Rows, j < Vectors, the sums held in registers.
template <int Rows, int Vectors>
QARIUM_INLINE void tile(const Product& p, std::int64_t m, std::int64_t n) {
  Vector sum[Rows][Vectors];
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j)
      sum[i][j] = p.start ? at(p.start + (m + i) * p.start_stride + n + j * kLanes) : Vector{};
  }
  const float* activations = p.activations + m * p.activation_stride;
  const float* weights = p.weights + n;
  for (std::int64_t k = 0; k < p.depth; ++k, weights += p.weight_stride) {
    Vector weight[Vectors];
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j)
      weight[j] = at(weights + j * kLanes);
#pragma GCC unroll 8
    for (int i = 0; i < Rows; ++i) {
      const float activation = activations[i * p.activation_stride + k];
#pragma GCC unroll 8
      for (int j = 0; j < Vectors; ++j)
        sum[i][j] += activation * weight[j];
    }
  }
#pragma GCC unroll 8
  for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 8
    for (int j = 0; j < Vectors; ++j) {
      float* to = p.out + (m + i) * p.out_stride + n + j * kLanes;
      *reinterpret_cast<LooseVector*>(to) = sum[i][j];
    }
  }
}

/// The columns from n on that a whole vector does not fit into.
template <int Rows>
QARIUM_INLINE void narrow_tile(const Product& p, std::int64_t m, std::int64_t n) {
  for (int i = 0; i < Rows; ++i) {
    for (std::int64_t column = n; column < p.columns; ++column) {
      float sum = p.start ? p.start[(m + i) * p.start_stride + column] : 0.0F;
      for (std::int64_t k = 0; k < p.depth; ++k)
        sum += p.activations[(m + i) * p.activation_stride + k] * p.weights[k * p.weight_stride + column];
      p.out[(m + i) * p.out_stride + column] = sum;
    }
  }
}

/// All columns from n on; the last tile overlaps its neighbour where the columns do not divide.
template <int Rows, int Vectors>
QARIUM_INLINE void row_block(const Product& p, std::int64_t m, std::int64_t n = 0) {
  constexpr std::int64_t kSpan = Vectors * kLanes;
  for (; n + kSpan <= p.columns; n += kSpan)
    tile<Rows, Vectors>(p, m, n);
  if (n == p.columns) return;
  if (p.columns >= kSpan && (Vectors == 1 || p.columns - n > kSpan / 2)) {
    tile<Rows, Vectors>(p, m, p.columns - kSpan);
  } else if constexpr (Vectors > 1) {
    row_block<Rows, Vectors / 2>(p, m, n);
  } else {
    narrow_tile<Rows>(p, m, n);
  }
}

/// For 32 registers of 16 floats.
QARIUM_CLONES void multiply_wide(const Product& p) {
  std::int64_t m = 0;
  for (; m + 8 <= p.rows; m += 8)
    row_block<8, 2>(p, m);
  for (; m + 4 <= p.rows; m += 4)
    row_block<4, 4>(p, m);
  for (; m + 2 <= p.rows; m += 2)
    row_block<2, 4>(p, m);
  for (; m < p.rows; ++m)
    row_block<1, 8>(p, m);
}

/// For 16 registers of 8 floats.
QARIUM_CLONES void multiply_narrow(const Product& p) {
  std::int64_t m = 0;
  for (; m + 4 <= p.rows; m += 4)
    row_block<4, 1>(p, m);
  for (; m + 2 <= p.rows; m += 2)
    row_block<2, 2>(p, m);
  for (; m < p.rows; ++m)
    row_block<1, 4>(p, m);
}

bool has_wide_registers() {
#if defined(__x86_64__) && defined(__GNUC__)
  return __builtin_cpu_supports("avx512f") != 0;
#else
  return false;
#endif
}

/// Sum of the lanes, by halves.
QARIUM_INLINE float total(const Vector& v) {
  const auto eight = __builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7) +
                     __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15);
  const auto four =
      __builtin_shufflevector(eight, eight, 0, 1, 2, 3) + __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
  const auto two = four + __builtin_shufflevector(four, four, 2, 3, 0, 1);
  return two[0] + two[1];
}

/// One row of activations with `Columns` rows of weights. The last vector of a row reaches back over values that were
/// added before; `tail` has zeros there.
template <int Columns>
QARIUM_INLINE void dots(const Product& p, std::int64_t m, std::int64_t n, const Vector& tail) {
  const float* activations = p.activations + m * p.activation_stride;
  const float* weights = p.weights + n * p.weight_stride;
  const std::int64_t whole = p.depth / kLanes * kLanes;
  Vector sum[Columns] = {};
  for (std::int64_t k = 0; k < whole; k += kLanes) {
    const Vector activation = at(activations + k);
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j)
      sum[j] += activation * at(weights + j * p.weight_stride + k);
  }
  if (whole < p.depth) {
#pragma GCC unroll 8
    for (int j = 0; j < Columns; ++j)
      sum[j] += tail * at(weights + j * p.weight_stride + p.depth - kLanes);
  }
#pragma GCC unroll 8
  for (int j = 0; j < Columns; ++j)
    p.out[m * p.out_stride + n + j] = total(sum[j]) + (p.start ? p.start[m * p.start_stride + n + j] : 0.0F);
}

}  // namespace

void multiply(const Product& product) {
  static const bool wide = has_wide_registers();
  if (wide) {
    multiply_wide(product);
  } else {
    multiply_narrow(product);
  }
}

QARIUM_CLONES void multiply_transposed(const Product& p) {
  for (std::int64_t m = 0; m < p.rows; ++m) {
    const float* activations = p.activations + m * p.activation_stride;
    if (p.depth < kLanes) {
      for (std::int64_t n = 0; n < p.columns; ++n) {
        float sum = p.start ? p.start[m * p.start_stride + n] : 0.0F;
        for (std::int64_t k = 0; k < p.depth; ++k)
          sum += activations[k] * p.weights[n * p.weight_stride + k];
        p.out[m * p.out_stride + n] = sum;
      }
      continue;
    }
    Vector tail = {};
    for (std::int64_t k = p.depth / kLanes * kLanes; k < p.depth; ++k)
      tail[kLanes - p.depth + k] = activations[k];
    std::int64_t n = 0;
    for (; n + 8 <= p.columns; n += 8)
      dots<8>(p, m, n, tail);
    for (; n < p.columns; ++n)
      dots<1>(p, m, n, tail);
  }
}

QARIUM_CLONES void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, std::int64_t columns,
                             float* to, std::int64_t to_stride) {
  for (std::int64_t row = 0; row < rows; row += kLanes) {
    const std::int64_t row_end = std::min(row + kLanes, rows);
    for (std::int64_t column = 0; column < columns; ++column) {
      for (std::int64_t r = row; r < row_end; ++r)
        to[column * to_stride + r] = from[r * from_stride + column];
    }
  }
}

}  // namespace qarium::nn::ntm
