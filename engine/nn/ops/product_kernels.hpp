#pragma once
#include <cstdint>

/// Products of small matrices on float pointers, for loops over time: fast from one row on, without a call into BLAS.
namespace qarium::nn::kernels {

/// Floats in the widest vector.
constexpr std::int64_t kLanes = 16;

inline std::int64_t padded(std::int64_t n) {
  return (n + kLanes - 1) / kLanes * kLanes;
}

/// out [rows, columns] = start + activations [rows, depth] * weights. `out` may be `start` where columns
/// are a multiple of kLanes; else they may not overlap.
struct Product {
  std::int64_t rows, columns, depth;
  const float* activations;
  std::int64_t activation_stride;
  const float* weights;
  std::int64_t weight_stride;
  const float* start;         ///< null is zero
  std::int64_t start_stride;  ///< 0: the same row for all
  float* out;
  std::int64_t out_stride;
  /// Between neighbours in depth. What stands on its side, [depth, rows], has its stride here and 1 as the other.
  std::int64_t activation_step = 1;
  bool add = false;  ///< to what `out` holds already; `start` is null then
};
/// weights [depth, columns]. Activations may stand on their side.
void multiply(const Product& product);
/// weights [columns, depth]; best for very few rows, or a great depth.
void multiply_transposed(const Product& product);
/// to [columns, to_stride] = from [rows, from_stride] transposed.
void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, std::int64_t columns, float* to,
               std::int64_t to_stride);

}  // namespace qarium::nn::kernels
