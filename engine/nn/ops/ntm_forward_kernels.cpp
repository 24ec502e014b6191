#include <algorithm>
#include <cmath>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"
#include "engine/nn/ops/ntm_vector_math.hpp"

#define QARIUM_INLINE inline __attribute__((always_inline))

namespace qarium::nn::ntm {
namespace {

using vector_math::exponential;
using vector_math::logarithm;

constexpr float kTiny = 1e-16F;
/// Less than any cosine.
constexpr float kNoSimilarity = -2.0F;

QARIUM_INLINE float softplus(float x) {
  return x > 20.0F ? x : std::log1p(exponential(x));
}

QARIUM_INLINE float greatest(const float* x, std::int64_t n) {
  float most = x[0];
  for (std::int64_t i = 1; i < n; ++i)
    most = x[i] > most ? x[i] : most;
  return most;
}

/// y = exp(scale (x - most)) / sum over the slots, zero beyond them.
QARIUM_INLINE void softmax(const float* __restrict x, float scale, float most, std::int64_t slots, std::int64_t n,
                           float* __restrict y) {
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = exponential(scale * (x[i] - most));
  for (std::int64_t i = slots; i < n; ++i)
    y[i] = 0;
  float sum = 0;
  for (std::int64_t i = 0; i < n; ++i)
    sum += y[i];
  const float share = 1.0F / sum;
  for (std::int64_t i = 0; i < n; ++i)
    y[i] *= share;
}

/// Turns the rows of one head from sums into beta, g, s and gamma, and keeps what the way back needs of them.
QARIUM_INLINE void activate(const NtmShape& shape, float* rows, float* scalars) {
  float length = kTiny;
  for (std::int64_t m = 0; m < shape.width; ++m)
    length += rows[m] * rows[m];
  scalars[kInverseKeyLength] = 1.0F / std::sqrt(length);
  float* beta = rows + shape.width;
  float* g = beta + 1;
  float* s = g + 1;
  float* gamma = s + shape.offsets();
  scalars[kBetaSlope] = vector_math::logistic(*beta);
  scalars[kGammaSlope] = vector_math::logistic(*gamma);
  *beta = softplus(*beta);
  *g = vector_math::logistic(*g);
  *gamma = 1.0F + softplus(*gamma);
  const float most = greatest(s, shape.offsets());
  float sum = 0;
  for (std::int64_t o = 0; o < shape.offsets(); ++o) {
    s[o] = exponential(s[o] - most);
    sum += s[o];
  }
  for (std::int64_t o = 0; o < shape.offsets(); ++o)
    s[o] /= sum;
}

/// The chain of one head, from the products of key and memory, in place of the similarities, to the sharpened weights.
/// `wrapped` is room for n + 2 shift_range.
QARIUM_INLINE void address(const NtmShape& shape, const float* __restrict inverse_lengths,
                           const float* __restrict previous, float* rows, float* __restrict head,
                           float* __restrict wrapped) {
  const std::int64_t slots = shape.slots;
  const std::int64_t n = padded(slots);
  const std::int64_t range = shape.shift_range;
  float* __restrict similarity = head + kSimilarity * n;
  float* __restrict content = head + kContent * n;
  float* __restrict shifted = head + kShifted * n;
  float* __restrict logarithms = head + kLogarithm * n;
  float* scalars = head + kHeadRows * n;
  const float beta = rows[shape.width];
  const float g = rows[shape.width + 1];
  const float* s = rows + shape.width + 2;
  const float gamma = s[shape.offsets()];

  for (std::int64_t i = 0; i < n; ++i)
    similarity[i] *= inverse_lengths[i];
  for (std::int64_t i = slots; i < n; ++i)
    similarity[i] = kNoSimilarity;
  scalars[kGreatestSimilarity] = greatest(similarity, n);
  softmax(similarity, beta, scalars[kGreatestSimilarity], slots, n, content);

  float* __restrict interpolated = wrapped + range;
  for (std::int64_t i = 0; i < n; ++i)
    interpolated[i] = previous[i] + g * (content[i] - previous[i]);
  for (std::int64_t d = 1; d <= range; ++d) {
    interpolated[-d] = interpolated[slots - 1 - (d - 1) % slots];
    interpolated[slots + d - 1] = interpolated[(d - 1) % slots];
  }
  for (std::int64_t i = 0; i < n; ++i)
    shifted[i] = kTiny;
  for (std::int64_t o = 0; o < shape.offsets(); ++o) {
    const float* __restrict moved = interpolated - (o - range);
    const float weight = s[o];
    for (std::int64_t i = 0; i < n; ++i)
      shifted[i] += weight * moved[i];
  }
  for (std::int64_t i = slots; i < n; ++i)
    shifted[i] = kTiny;
  for (std::int64_t i = 0; i < n; ++i)
    logarithms[i] = logarithm(shifted[i]);
  softmax(logarithms, gamma, greatest(logarithms, n), slots, n, head + kWeights * n);
}

/// Row m of the next memory.
QARIUM_INLINE void write(const NtmShape& shape, const float* __restrict row, const float* heads, const float* rows,
                         std::int64_t m, float* __restrict next) {
  const std::int64_t n = padded(shape.slots);
  const auto weights_of = [&](std::int64_t k) {
    return heads + (shape.read_heads + k) * head_floats(shape) + kWeights * n;
  };
  const auto erase_of = [&](std::int64_t k) {
    return rows + shape.head_row(shape.read_heads + k) + shape.address_rows();
  };
  if (shape.write_heads == 1) {
    const float* __restrict weights = weights_of(0);
    const float erase = erase_of(0)[m];
    const float add = erase_of(0)[shape.width + m];
    for (std::int64_t i = 0; i < n; ++i)
      next[i] = row[i] + weights[i] * (add - row[i] * erase);
    return;
  }
  for (std::int64_t i = 0; i < n; ++i)
    next[i] = row[i];
  for (std::int64_t k = 0; k < shape.write_heads; ++k) {
    const float* __restrict weights = weights_of(k);
    const float erase = erase_of(k)[m];
    for (std::int64_t i = 0; i < n; ++i)
      next[i] -= next[i] * weights[i] * erase;
  }
  for (std::int64_t k = 0; k < shape.write_heads; ++k) {
    const float* __restrict weights = weights_of(k);
    const float add = erase_of(k)[shape.width + m];
    for (std::int64_t i = 0; i < n; ++i)
      next[i] += weights[i] * add;
  }
}

}  // namespace

QARIUM_CLONES void sample_forward(const NtmShape& shape, const SampleForward& sample) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t stride = head_floats(shape);
  float* __restrict lengths = sample.inverse_lengths;
  for (std::int64_t i = 0; i < n; ++i)
    lengths[i] = kTiny;
  for (std::int64_t m = 0; m < shape.width; ++m) {
    const float* __restrict row = sample.memory + m * n;
    for (std::int64_t i = 0; i < n; ++i)
      lengths[i] += row[i] * row[i];
  }
  for (std::int64_t i = 0; i < n; ++i)
    lengths[i] = 1.0F / std::sqrt(lengths[i]);

  float* keys = sample.scratch;
  float* wrapped = keys + padded(shape.heads() * shape.width);
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    float* scalars = sample.heads + head * stride + kHeadRows * n;
    float* rows = sample.rows + shape.head_row(head);
    activate(shape, rows, scalars);
    for (std::int64_t m = 0; m < shape.width; ++m)
      keys[head * shape.width + m] = rows[m] * scalars[kInverseKeyLength];
  }
  multiply({shape.heads(), n, shape.width, keys, shape.width, sample.memory, n, nullptr, 0, sample.heads, stride});

  std::fill_n(wrapped, padded(n + 2 * shape.shift_range), 0.0F);
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    address(shape, sample.inverse_lengths, sample.previous + head * sample.previous_stride,
            sample.rows + shape.head_row(head), sample.heads + head * stride, wrapped);
  }
  for (std::int64_t k = 0; k < shape.write_heads; ++k) {
    float* erase = sample.rows + shape.head_row(shape.read_heads + k) + shape.address_rows();
    for (std::int64_t m = 0; m < shape.width; ++m)
      erase[m] = vector_math::logistic(erase[m]);
  }
  for (std::int64_t m = 0; m < shape.width; ++m) {
    const float* __restrict row = sample.memory + m * n;
    for (std::int64_t head = 0; head < shape.read_heads; ++head) {
      const float* __restrict weights = sample.heads + head * stride + kWeights * n;
      float sum = 0;
      for (std::int64_t i = 0; i < n; ++i)
        sum += weights[i] * row[i];
      sample.reads[head * shape.width + m] = sum;
    }
    write(shape, row, sample.heads, sample.rows, m, sample.next_memory + m * n);
  }
}

QARIUM_CLONES void sample_write(const NtmShape& shape, const float* memory, const float* heads, const float* rows,
                                float* next_memory) {
  const std::int64_t n = padded(shape.slots);
  for (std::int64_t m = 0; m < shape.width; ++m)
    write(shape, memory + m * n, heads, rows, m, next_memory + m * n);
}

}  // namespace qarium::nn::ntm
