#pragma once
#include <algorithm>
#include <cstdint>

#include "engine/nn/ops/ntm_shape.hpp"
#include "engine/nn/ops/product_kernels.hpp"

/// Plain loops on float pointers for the Neural Turing Machine's sequence. Memory lies with slots innermost, a sample's
/// as [width][padded slots]; padded memory and padded weights are zero, so that loops run over whole vectors.
namespace qarium::nn::ntm {

using kernels::kLanes;
using kernels::padded;

/// What a head keeps of a step for the backward pass: kHeadRows rows of padded(slots), then kHeadScalars numbers.
inline constexpr std::int64_t kSimilarity = 0;
inline constexpr std::int64_t kContent = 1;
inline constexpr std::int64_t kWeights = 2;
inline constexpr std::int64_t kHeadRows = 3;
inline constexpr std::int64_t kInverseKeyLength = 0;
inline constexpr std::int64_t kGreatestSimilarity = 1;
inline constexpr std::int64_t kBetaSlope = 2;   ///< of softplus
inline constexpr std::int64_t kGammaSlope = 3;  ///< of softplus
inline constexpr std::int64_t kHeadScalars = kLanes;
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

}  // namespace qarium::nn::ntm
