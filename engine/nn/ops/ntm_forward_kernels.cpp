#include <algorithm>
#include <cmath>
#include <limits>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_addressing.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"
#include "engine/nn/ops/vector_math.hpp"

namespace qarium::nn::ntm {
namespace {

using addressing::kTiny;
using kernels::multiply;
using kernels::multiply_transposed;
using vector_math::exponential;
using vector_math::logarithm;

/// Less than any cosine.
constexpr float kNoSimilarity = -2.0F;

QARIUM_INLINE float greatest(const float* x, std::int64_t n) {
  float most = x[0];
  for (std::int64_t i = 1; i < n; ++i)
    most = x[i] > most ? x[i] : most;
  return most;
}

/// y = exp(scale (x - most)) over the slots, zero beyond them; gives one over their sum.
QARIUM_INLINE float powers(const float* __restrict x, float scale, float most, std::int64_t slots, std::int64_t n,
                           float* __restrict y) {
  const auto all = static_cast<std::int32_t>(n);
  const auto known = static_cast<std::int32_t>(slots);
  float sum = 0;
  for (std::int32_t i = 0; i < all; ++i) {
    const float power = exponential(scale * (x[i] - most));
    y[i] = i < known ? power : 0.0F;
    sum += y[i];
  }
  return 1.0F / sum;
}

/// The few numbers of all heads side by side, so that whole vectors of them go through exponential and logarithm.
struct Gathered {
  float* positive;   ///< [heads][2]: of beta and gamma the sums, then their softplus
  float* slopes;     ///< [heads][2]: of these softplus
  float* exponents;  ///< [heads][offsets + 1]: of s, less its greatest, and of -g; then their exponentials

  Gathered(const NtmShape& shape, float* room) {
    positive = room;
    slopes = positive + padded(2 * shape.heads());
    exponents = slopes + padded(2 * shape.heads());
  }
};

QARIUM_INLINE void gather(const NtmShape& shape, const float* rows, const Gathered& to) {
  const std::int64_t offsets = shape.offsets();
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    const float* beta = rows + shape.head_row(head) + shape.width;
    const float* s = beta + 2;
    to.positive[2 * head] = beta[0];
    to.positive[2 * head + 1] = s[offsets];
    const float most = greatest(s, offsets);
    float* exponents = to.exponents + head * (offsets + 1);
    for (std::int64_t o = 0; o < offsets; ++o)
      exponents[o] = s[o] - most;
    exponents[offsets] = -beta[1];
  }
}

QARIUM_INLINE void transform(const NtmShape& shape, const Gathered& all) {
  float* __restrict positive = all.positive;
  float* __restrict slopes = all.slopes;
  float* __restrict exponents = all.exponents;
  const std::int64_t pairs = padded(2 * shape.heads());
  for (std::int64_t i = 0; i < pairs; ++i) {
    const float x = positive[i];
    const float power = exponential(x < 0 ? x : -x);
    slopes[i] = (x < 0 ? power : 1.0F) / (1.0F + power);
    positive[i] = (x < 0 ? 0.0F : x) + vector_math::logarithm_of_one_plus(power);
  }
  const std::int64_t others = padded(shape.heads() * (shape.offsets() + 1));
  for (std::int64_t i = 0; i < others; ++i)
    exponents[i] = exponential(exponents[i]);
}

/// Turns the rows of all heads from sums into beta, g, s and gamma, and keeps what the way back needs of them.
QARIUM_INLINE void activate(const NtmShape& shape, float* rows, float* heads, float* scratch) {
  const std::int64_t offsets = shape.offsets();
  const Gathered gathered(shape, scratch);
  gather(shape, rows, gathered);
  transform(shape, gathered);
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    float* key = rows + shape.head_row(head);
    float length = kTiny;
    for (std::int64_t m = 0; m < shape.width; ++m)
      length += key[m] * key[m];
    float* scalars = heads + head * head_floats(shape) + kHeadRows * padded(shape.slots);
    scalars[kInverseKeyLength] = 1.0F / std::sqrt(length);
    scalars[kBetaSlope] = gathered.slopes[2 * head];
    scalars[kGammaSlope] = gathered.slopes[2 * head + 1];
    const float* powers_of_s = gathered.exponents + head * (offsets + 1);
    float sum = 0;
    for (std::int64_t o = 0; o < offsets; ++o)
      sum += powers_of_s[o];
    const float share = 1.0F / sum;
    float* beta = key + shape.width;
    float* s = beta + 2;
    beta[0] = gathered.positive[2 * head];
    beta[1] = 1.0F / (1.0F + powers_of_s[offsets]);
    for (std::int64_t o = 0; o < offsets; ++o)
      s[o] = powers_of_s[o] * share;
    s[offsets] = 1.0F + gathered.positive[2 * head + 1];
  }
}

/// The chain of one head, from the products of key and memory, in place of the similarities, to the sharpened weights.
/// `scratch` is room for the shifted weights and the wrapped ones.
QARIUM_INLINE void address(const NtmShape& shape, const float* __restrict inverse_lengths,
                           const float* __restrict previous, float* rows, float* __restrict head, float* scratch) {
  const std::int64_t n = padded(shape.slots);
  const auto all = static_cast<std::int32_t>(n);
  const auto known = static_cast<std::int32_t>(shape.slots);
  float* __restrict similarity = head + kSimilarity * n;
  float* __restrict content = head + kContent * n;
  float* __restrict weights = head + kWeights * n;
  float* scalars = head + kHeadRows * n;
  const float beta = rows[shape.width];
  const float gamma = rows[shape.width + 2 + shape.offsets()];

  float most = kNoSimilarity;
  for (std::int32_t i = 0; i < all; ++i) {
    similarity[i] = i < known ? similarity[i] * inverse_lengths[i] : kNoSimilarity;
    most = similarity[i] > most ? similarity[i] : most;
  }
  scalars[kGreatestSimilarity] = most;
  const float content_share = powers(similarity, beta, most, shape.slots, n, content);
  for (std::int64_t i = 0; i < n; ++i)
    content[i] *= content_share;

  float* __restrict shifted = scratch;
  addressing::interpolate_and_shift(shape, rows, previous, content, shifted + n + shape.shift_range, shifted);
  float* __restrict logarithms = shifted;
  most = -std::numeric_limits<float>::max();
  for (std::int32_t i = 0; i < all; ++i) {
    logarithms[i] = logarithm(i < known ? shifted[i] : kTiny);
    most = logarithms[i] > most ? logarithms[i] : most;
  }
  const float share = powers(logarithms, gamma, most, shape.slots, n, weights);
  for (std::int64_t i = 0; i < n; ++i)
    weights[i] *= share;
}

/// 1 / |M(i)| for `Slots` slots of a row of n.
template <int Slots>
QARIUM_INLINE void inverse_lengths_of(const float* __restrict memory, std::int64_t width, std::int64_t n,
                                      float* __restrict inverse) {
  float square[Slots];
  for (int i = 0; i < Slots; ++i)
    square[i] = kTiny;
  for (std::int64_t m = 0; m < width; ++m, memory += n) {
    for (int i = 0; i < Slots; ++i)
      square[i] += memory[i] * memory[i];
  }
  for (int i = 0; i < Slots; ++i)
    inverse[i] = 1.0F / std::sqrt(square[i]);
}

QARIUM_INLINE void inverse_lengths_of_all(const float* memory, std::int64_t width, std::int64_t n, float* inverse) {
  std::int64_t first = 0;
  for (; first + 4 * kLanes <= n; first += 4 * kLanes)
    inverse_lengths_of<4 * kLanes>(memory + first, width, n, inverse + first);
  for (; first < n; first += kLanes)
    inverse_lengths_of<kLanes>(memory + first, width, n, inverse + first);
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

QARIUM_INLINE void write_all(const NtmShape& shape, const float* memory, const float* heads, const float* rows,
                             float* next_memory) {
  const std::int64_t n = padded(shape.slots);
  for (std::int64_t m = 0; m < shape.width; ++m)
    write(shape, memory + m * n, heads, rows, m, next_memory + m * n);
}

}  // namespace

QARIUM_CLONES void sample_forward(const NtmShape& shape, const SampleForward& sample) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t stride = head_floats(shape);
  inverse_lengths_of_all(sample.memory, shape.width, n, sample.inverse_lengths);
  activate(shape, sample.rows, sample.heads, sample.scratch);
  float* keys = sample.scratch;
  float* chain = keys + padded(shape.heads() * shape.width);
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    const float inverse_length = sample.heads[head * stride + kHeadRows * n + kInverseKeyLength];
    for (std::int64_t m = 0; m < shape.width; ++m)
      keys[head * shape.width + m] = sample.rows[shape.head_row(head) + m] * inverse_length;
  }
  multiply({shape.heads(), n, shape.width, keys, shape.width, sample.memory, n, nullptr, 0, sample.heads, stride});

  std::fill_n(chain, n + padded(n + 2 * shape.shift_range), 0.0F);
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    address(shape, sample.inverse_lengths, sample.previous + head * sample.previous_stride,
            sample.rows + shape.head_row(head), sample.heads + head * stride, chain);
  }
  for (std::int64_t k = 0; k < shape.write_heads; ++k) {
    float* erase = sample.rows + shape.head_row(shape.read_heads + k) + shape.address_rows();
    for (std::int64_t m = 0; m < shape.width; ++m)
      erase[m] = vector_math::logistic(erase[m]);
  }
  multiply_transposed({shape.read_heads, shape.width, n, sample.heads + kWeights * n, stride, sample.memory, n, nullptr,
                       0, sample.reads, shape.width});
  write_all(shape, sample.memory, sample.heads, sample.rows, sample.next_memory);
}

QARIUM_CLONES void sample_write(const NtmShape& shape, const float* memory, const float* heads, const float* rows,
                                float* next_memory) {
  write_all(shape, memory, heads, rows, next_memory);
}

}  // namespace qarium::nn::ntm
