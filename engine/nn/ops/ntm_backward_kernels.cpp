#include <algorithm>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_addressing.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"
#include "engine/nn/ops/ntm_vector_math.hpp"

#define QARIUM_INLINE inline __attribute__((always_inline))

namespace qarium::nn::ntm {
namespace {

/// Rows of padded slots in the scratch, after the two wrapped ones.
struct Scratch {
  float* wrapped_gradient;
  float* wrapped_interpolated;
  float* shifted;
  float* interpolated_gradient;
  float* others;        ///< prod over the other write heads of 1 - w e
  float* shrink;        ///< sum over heads of (dK K) / |M(i)|^2
  float* dot_gradient;  ///< [heads]: of k . M(i)

  Scratch(const NtmShape& shape, float* room) {
    const std::int64_t n = padded(shape.slots);
    const std::int64_t wrapped = padded(n + 2 * shape.shift_range);
    wrapped_gradient = room;
    wrapped_interpolated = wrapped_gradient + wrapped;
    shifted = wrapped_interpolated + wrapped;
    interpolated_gradient = shifted + n;
    others = interpolated_gradient + n;
    shrink = others + n;
    dot_gradient = shrink + n;
  }
};

QARIUM_INLINE float dot(const float* __restrict a, const float* __restrict b, std::int64_t n) {
  float sum = 0;
  for (std::int64_t i = 0; i < n; ++i)
    sum += a[i] * b[i];
  return sum;
}

/// Multiplies by 1 - w e of a write head.
QARIUM_INLINE void keep(const float* __restrict weights, float erase, std::int64_t n, float* __restrict kept) {
  for (std::int64_t i = 0; i < n; ++i)
    kept[i] *= 1.0F - weights[i] * erase;
}

/// First pass over the memory: gradients of the weights, of erase and of add.
QARIUM_INLINE void through_memory(const NtmShape& shape, const SampleBackward& sample, const Scratch& scratch) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t stride = head_floats(shape);
  const auto weights_of = [&](std::int64_t head) { return sample.heads + head * stride + kWeights * n; };
  multiply({shape.read_heads, n, shape.width, sample.reads_gradient, shape.width, sample.memory, n,
            sample.weights_gradient, n, sample.weights_gradient, n});
  for (std::int64_t m = 0; m < shape.width; ++m) {
    const float* __restrict row = sample.memory + m * n;
    const float* __restrict gradient = sample.memory_gradient + m * n;
    for (std::int64_t head = shape.read_heads; head < shape.heads(); ++head) {
      const std::int64_t first = shape.head_row(head) + shape.address_rows();
      const float erase = sample.rows[first + m];
      const float add = sample.rows[first + shape.width + m];
      const float* __restrict weights = weights_of(head);
      float* __restrict of_weights = sample.weights_gradient + head * n;
      float of_erase = 0;
      float of_add = 0;
      if (shape.write_heads == 1) {
        for (std::int64_t i = 0; i < n; ++i) {
          const float weighted = gradient[i] * weights[i];
          of_weights[i] += gradient[i] * (add - row[i] * erase);
          of_erase += weighted * row[i];
          of_add += weighted;
        }
      } else {
        float* __restrict others = scratch.others;
        for (std::int64_t i = 0; i < n; ++i)
          others[i] = row[i];
        for (std::int64_t other = shape.read_heads; other < shape.heads(); ++other) {
          if (other == head) continue;
          keep(weights_of(other), sample.rows[shape.head_row(other) + shape.address_rows() + m], n, others);
        }
        for (std::int64_t i = 0; i < n; ++i) {
          const float weighted = gradient[i] * weights[i];
          of_weights[i] += gradient[i] * (add - others[i] * erase);
          of_erase += weighted * others[i];
          of_add += weighted;
        }
      }
      sample.rows_gradient[first + m] = -of_erase * erase * (1.0F - erase);
      sample.rows_gradient[first + shape.width + m] = of_add;
    }
  }
}

/// Gradients of s and of x, which y(i) = sum_o s(o) x(i - o) was made of; both are wrapped.
QARIUM_INLINE void through_shift(const float* __restrict x, const float* __restrict of_y, const float* __restrict s,
                                 std::int64_t range, std::int64_t slots, std::int64_t n, float* __restrict of_s,
                                 float* __restrict of_x) {
  if (range == 1) {
    float of_left = 0;
    float of_middle = 0;
    float of_right = 0;
    for (std::int64_t i = 0; i < slots; ++i) {
      of_left += of_y[i] * x[i + 1];
      of_middle += of_y[i] * x[i];
      of_right += of_y[i] * x[i - 1];
    }
    of_s[0] = of_left;
    of_s[1] = of_middle;
    of_s[2] = of_right;
    for (std::int64_t i = 0; i < n; ++i)
      of_x[i] = s[0] * of_y[i - 1] + s[1] * of_y[i] + s[2] * of_y[i + 1];
    return;
  }
  for (std::int64_t i = 0; i < n; ++i)
    of_x[i] = 0;
  for (std::int64_t o = -range; o <= range; ++o) {
    of_s[o + range] = dot(of_y, x - o, slots);
    const float* __restrict moved_back = of_y + o;
    const float weight = s[o + range];
    for (std::int64_t i = 0; i < n; ++i)
      of_x[i] += weight * moved_back[i];
  }
}

/// Back through one head's chain. Leaves the key's gradient to second_pass: `key_shrink` is the factor of the key in
/// it.
QARIUM_INLINE void through_address(const NtmShape& shape, const SampleBackward& sample, std::int64_t index,
                                   const Scratch& scratch, float* key_shrink) {
  const std::int64_t slots = shape.slots;
  const std::int64_t n = padded(slots);
  const std::int64_t range = shape.shift_range;
  const float* head = sample.heads + index * head_floats(shape);
  const float* __restrict similarity = head + kSimilarity * n;
  const float* __restrict content = head + kContent * n;
  const float* __restrict weights = head + kWeights * n;
  const float* scalars = head + kHeadRows * n;
  const float* __restrict previous = sample.previous + index * sample.previous_stride;
  const float* __restrict inverse_lengths = sample.inverse_lengths;
  const float* rows = sample.rows + shape.head_row(index);
  const float beta = rows[shape.width];
  const float g = rows[shape.width + 1];
  const float* s = rows + shape.width + 2;
  const float gamma = s[shape.offsets()];
  float* __restrict of_rows = sample.rows_gradient + shape.head_row(index) + shape.width;
  float* __restrict of_weights = sample.weights_gradient + index * n;

  // Sharpening is a softmax of gamma times the logarithms.
  const float mean = dot(of_weights, weights, n);
  float* interpolated = scratch.wrapped_interpolated + range;
  addressing::interpolate_and_shift(shape, rows, previous, content, interpolated, scratch.shifted);
  const float* __restrict shifted = scratch.shifted;
  float* __restrict of_shifted = scratch.wrapped_gradient + range;
  float of_gamma = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float of_exponent = weights[i] * (of_weights[i] - mean);
    of_gamma += of_exponent * vector_math::logarithm(shifted[i]);
    of_shifted[i] = gamma * of_exponent / shifted[i];
  }
  addressing::wrap(of_shifted, slots, range);
  float* of_s = of_rows + 2;
  float* __restrict of_interpolated = scratch.interpolated_gradient;
  through_shift(interpolated, of_shifted, s, range, slots, n, of_s, of_interpolated);
  float mean_s = 0;
  for (std::int64_t o = 0; o < shape.offsets(); ++o)
    mean_s += s[o] * of_s[o];
  for (std::int64_t o = 0; o < shape.offsets(); ++o)
    of_s[o] = s[o] * (of_s[o] - mean_s);
  for (std::int64_t i = slots; i < n; ++i)
    of_interpolated[i] = 0;

  float of_g = 0;
  float mean_content = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    of_g += of_interpolated[i] * (content[i] - previous[i]);
    mean_content += of_interpolated[i] * content[i];
    of_weights[i] = (1.0F - g) * of_interpolated[i];
  }

  const float inverse_key_length = scalars[kInverseKeyLength];
  const float greatest = scalars[kGreatestSimilarity];
  float* __restrict of_dot = scratch.dot_gradient + index * n;
  float* __restrict shrink = scratch.shrink;
  float of_beta = 0;
  float along_key = 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const float of_exponent = g * content[i] * (of_interpolated[i] - mean_content);
    of_beta += of_exponent * (similarity[i] - greatest);
    const float of_similarity = beta * of_exponent;
    const float along = of_similarity * similarity[i];
    along_key += along;
    shrink[i] += along * inverse_lengths[i] * inverse_lengths[i];
    of_dot[i] = of_similarity * inverse_lengths[i] * inverse_key_length;
  }
  *key_shrink = along_key * inverse_key_length * inverse_key_length;
  of_rows[0] = of_beta * scalars[kBetaSlope];
  of_rows[1] = of_g * g * (1.0F - g);
  of_s[shape.offsets()] = of_gamma * scalars[kGammaSlope];
}

/// Second pass over the memory: gradients of the keys and of the memory itself.
QARIUM_INLINE void through_keys(const NtmShape& shape, const SampleBackward& sample, const Scratch& scratch,
                                const float* key_shrink) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t stride = head_floats(shape);
  const auto weights_of = [&](std::int64_t head) { return sample.heads + head * stride + kWeights * n; };
  for (std::int64_t m = 0; m < shape.width; ++m) {
    const float* __restrict row = sample.memory + m * n;
    float* __restrict gradient = sample.memory_gradient + m * n;
    for (std::int64_t head = shape.read_heads; head < shape.heads(); ++head)
      keep(weights_of(head), sample.rows[shape.head_row(head) + shape.address_rows() + m], n, gradient);
    const float* __restrict shrink = scratch.shrink;
    for (std::int64_t i = 0; i < n; ++i)
      gradient[i] -= shrink[i] * row[i];
    for (std::int64_t head = 0; head < shape.read_heads; ++head) {
      const float read = sample.reads_gradient[head * shape.width + m];
      const float* __restrict weights = weights_of(head);
      for (std::int64_t i = 0; i < n; ++i)
        gradient[i] += read * weights[i];
    }
    for (std::int64_t head = 0; head < shape.heads(); ++head) {
      const std::int64_t first = shape.head_row(head);
      const float key = sample.rows[first + m];
      const float* __restrict of_dot = scratch.dot_gradient + head * n;
      float of_key = 0;
      for (std::int64_t i = 0; i < n; ++i) {
        of_key += of_dot[i] * row[i];
        gradient[i] += of_dot[i] * key;
      }
      sample.rows_gradient[first + m] = of_key - key * key_shrink[head];
    }
  }
}

}  // namespace

QARIUM_CLONES void sample_backward(const NtmShape& shape, const SampleBackward& sample) {
  const std::int64_t n = padded(shape.slots);
  const Scratch scratch(shape, sample.scratch);
  std::fill_n(sample.scratch, scratch.dot_gradient - sample.scratch, 0.0F);
  float* key_shrink = scratch.dot_gradient + shape.heads() * n;
  through_memory(shape, sample, scratch);
  for (std::int64_t head = 0; head < shape.heads(); ++head)
    through_address(shape, sample, head, scratch, key_shrink + head);
  through_keys(shape, sample, scratch, key_shrink);
}

}  // namespace qarium::nn::ntm
