#pragma once
#include <algorithm>
#include <cstdint>

#include "engine/nn/ops/ntm_shape.hpp"

/// Plain loops on float pointers for the Neural Turing Machine's sequence. Memory lies with slots innermost, a sample's
/// as [width][padded slots]; padded memory and padded weights are zero, so that loops run over whole vectors.
namespace qarium::nn::ntm {

constexpr std::int64_t kLanes = 16;

inline std::int64_t padded(std::int64_t n) {
  return (n + kLanes - 1) / kLanes * kLanes;
}

/// What a head keeps of a step for the backward pass: rows of padded(slots), then kHeadScalars.
enum HeadRow { kSimilarity, kContent, kWeights, kHeadRows };
enum HeadScalar {
  kInverseKeyLength,
  kGreatestSimilarity,
  kBetaSlope,   ///< of softplus
  kGammaSlope,  ///< of softplus
  kHeadScalars = kLanes
};
inline std::int64_t head_floats(const NtmShape& shape) {
  return kHeadRows * padded(shape.slots) + kHeadScalars;
}

/// Room that sample_forward and sample_backward work in.
inline std::int64_t scratch_floats(const NtmShape& shape) {
  const std::int64_t wrapped = padded(padded(shape.slots) + 2 * shape.shift_range);
  const std::int64_t adding = shape.heads() + shape.read_heads;
  const std::int64_t backward = 2 * wrapped + (adding + 4) * padded(shape.slots) +
                                padded(shape.heads() * (shape.width + 1)) + padded(shape.width * adding);
  const std::int64_t activation = 2 * padded(2 * shape.heads()) + padded(shape.heads() * (shape.offsets() + 1));
  return std::max(backward, activation);
}

/// One sample's heads at one step, addressing, writing and reading (order ReadWrite).
struct SampleForward {
  const float* memory;           ///< [width][padded slots]
  const float* previous;         ///< previous weights, one row of padded slots per head
  std::int64_t previous_stride;  ///< from head to head
  float* rows;                   ///< [head_rows]: sums of the projection in, beta, g, s, gamma, erase out in place
  float* inverse_lengths;        ///< out, 1 / |M(i)|, [padded slots]
  float* heads;                  ///< out, [heads][head_floats]
  float* next_memory;            ///< out
  float* reads;                  ///< out, [read_heads][width]
  float* scratch;
};
void sample_forward(const NtmShape& shape, const SampleForward& sample);
/// Only the writing, with the heads and rows that sample_forward left.
void sample_write(const NtmShape& shape, const float* memory, const float* heads, const float* rows,
                  float* next_memory);

/// The way back through SampleForward.
struct SampleBackward {
  const float* memory;
  const float* previous;
  std::int64_t previous_stride;
  const float* rows;  ///< as sample_forward leaves them
  const float* inverse_lengths;
  const float* heads;
  const float* reads_gradient;  ///< [read_heads][width]
  float* memory_gradient;       ///< of the next memory in, of the memory out
  float* weights_gradient;      ///< [heads][padded slots]: of the weights in, of the previous weights out
  float* rows_gradient;         ///< out, of the projection's sums
  float* scratch;
};
void sample_backward(const NtmShape& shape, const SampleBackward& sample);

/// gates [4 units] (i, f, g, o): sums in, activated out; c and h from c_before. h is no number where a sum is not
/// finite.
void lstm_forward(std::int64_t units, float* gates, const float* c_before, float* c, float* tanh_c, float* h);
/// c_gradient: of c in, of c_before out; the gates' gradient is that of their sums.
void lstm_backward(std::int64_t units, const float* gates, const float* c_before, const float* tanh_c,
                   const float* h_gradient, float* c_gradient, float* gates_gradient);
/// h = tanh(sum) in place, no number where the sum is not finite.
void tanh_forward(std::int64_t units, float* h);
void tanh_backward(std::int64_t units, const float* h, const float* h_gradient, float* sum_gradient);

/// out [rows, columns] = start + activations [rows, depth] * weights. `out` and `start` may not overlap.
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
};
/// weights [depth, columns].
void multiply(const Product& product);
/// weights [columns, depth]; best for very few rows.
void multiply_transposed(const Product& product);
/// to [columns, to_stride] = from [rows, from_stride] transposed.
void transpose(const float* from, std::int64_t from_stride, std::int64_t rows, std::int64_t columns, float* to,
               std::int64_t to_stride);

}  // namespace qarium::nn::ntm
