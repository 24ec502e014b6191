#include <algorithm>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/ntm_addressing.hpp"
#include "engine/nn/ops/ntm_kernels.hpp"
#include "engine/nn/ops/vector_math.hpp"

namespace qarium::nn::ntm {
namespace {

using kernels::multiply;
using kernels::multiply_transposed;

/// Rows of padded slots in the scratch, after the two wrapped ones; then what belongs to keys.
struct Scratch {
  float* wrapped_gradient;
  float* wrapped_interpolated;
  float* shifted;
  float* interpolated_gradient;
  float* others;        ///< prod over the other write heads of 1 - w e
  float* shrink;        ///< sum over heads of (dK K) / |M(i)|^2
  float* dot_gradient;  ///< [heads]: of k . M(i)
  float* read_weights;  ///< [read_heads], next to the gradients, as both make the memory's
  float* key_gradient;  ///< [heads][width]
  float* key_shrink;    ///< [heads]: the key's factor in its gradient
  float* factors;       ///< [width][heads + read_heads]

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
    read_weights = dot_gradient + shape.heads() * n;
    key_gradient = read_weights + shape.read_heads * n;
    key_shrink = key_gradient + shape.heads() * shape.width;
    factors = key_shrink + shape.heads();
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

/// The first slot row of erase and add among a head's rows.
QARIUM_INLINE std::int64_t first_erase(const NtmShape& shape, std::int64_t head) {
  return shape.head_row(head) + shape.address_rows();
}

/// Columns m on of what one write head's weights, erase and add get, `Columns` at a time. `kept` is what the head
/// found: memory [..][n], after the other write heads' erasing.
template <int Columns>
QARIUM_INLINE void through_write(const NtmShape& shape, const SampleBackward& sample, std::int64_t head, std::int64_t m,
                                 const float* __restrict kept) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t first = first_erase(shape, head) + m;
  const float* __restrict erase = sample.rows + first;
  const float* __restrict add = erase + shape.width;
  const float* __restrict gradient = sample.memory_gradient + m * n;
  const float* __restrict weights = sample.heads + head * head_floats(shape) + kWeights * n;
  float* __restrict of_weights = sample.weights_gradient + head * n;
  float of_erase[Columns] = {};
  float of_add[Columns] = {};
  for (std::int64_t i = 0; i < n; ++i) {
    float of_weight = of_weights[i];
    for (int c = 0; c < Columns; ++c) {
      const float weighted = gradient[c * n + i] * weights[i];
      of_weight += gradient[c * n + i] * (add[c] - kept[c * n + i] * erase[c]);
      of_erase[c] += weighted * kept[c * n + i];
      of_add[c] += weighted;
    }
    of_weights[i] = of_weight;
  }
  for (int c = 0; c < Columns; ++c) {
    sample.rows_gradient[first + c] = -of_erase[c] * erase[c] * (1.0F - erase[c]);
    sample.rows_gradient[first + shape.width + c] = of_add[c];
  }
}

/// First pass over the memory: gradients of the weights, of erase and of add.
QARIUM_INLINE void through_memory(const NtmShape& shape, const SampleBackward& sample, const Scratch& scratch) {
  const std::int64_t n = padded(shape.slots);
  multiply({shape.read_heads, n, shape.width, sample.reads_gradient, shape.width, sample.memory, n,
            sample.weights_gradient, n, sample.weights_gradient, n});
  if (shape.write_heads == 1) {
    std::int64_t m = 0;
    for (; m + 2 <= shape.width; m += 2)
      through_write<2>(shape, sample, shape.read_heads, m, sample.memory + m * n);
    if (m < shape.width) through_write<1>(shape, sample, shape.read_heads, m, sample.memory + m * n);
    return;
  }
  for (std::int64_t m = 0; m < shape.width; ++m) {
    for (std::int64_t head = shape.read_heads; head < shape.heads(); ++head) {
      std::copy_n(sample.memory + m * n, n, scratch.others);
      for (std::int64_t other = shape.read_heads; other < shape.heads(); ++other) {
        if (other == head) continue;
        keep(sample.heads + other * head_floats(shape) + kWeights * n, sample.rows[first_erase(shape, other) + m], n,
             scratch.others);
      }
      through_write<1>(shape, sample, head, m, scratch.others);
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

/// Back through one head's chain. Leaves the key's gradient to through_keys.
QARIUM_INLINE void through_address(const NtmShape& shape, const SampleBackward& sample, std::int64_t index,
                                   const Scratch& scratch) {
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
  scratch.key_shrink[index] = along_key * inverse_key_length * inverse_key_length;
  of_rows[0] = of_beta * scalars[kBetaSlope];
  of_rows[1] = of_g * g * (1.0F - g);
  of_s[shape.offsets()] = of_gamma * scalars[kGammaSlope];
}

/// Second pass over the memory: gradients of the keys and of the memory itself.
QARIUM_INLINE void through_keys(const NtmShape& shape, const SampleBackward& sample, const Scratch& scratch) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t stride = head_floats(shape);
  const std::int64_t adding = shape.heads() + shape.read_heads;
  multiply_transposed({shape.heads(), shape.width, n, scratch.dot_gradient, n, sample.memory, n, nullptr, 0,
                       scratch.key_gradient, shape.width});
  for (std::int64_t head = 0; head < shape.heads(); ++head) {
    const std::int64_t first = shape.head_row(head);
    for (std::int64_t m = 0; m < shape.width; ++m) {
      const float key = sample.rows[first + m];
      sample.rows_gradient[first + m] = scratch.key_gradient[head * shape.width + m] - key * scratch.key_shrink[head];
      scratch.factors[m * adding + head] = key;
    }
  }
  for (std::int64_t head = 0; head < shape.read_heads; ++head) {
    std::copy_n(sample.heads + head * stride + kWeights * n, n, scratch.read_weights + head * n);
    for (std::int64_t m = 0; m < shape.width; ++m)
      scratch.factors[m * adding + shape.heads() + head] = sample.reads_gradient[head * shape.width + m];
  }
  for (std::int64_t m = 0; m < shape.width; ++m) {
    float* gradient = sample.memory_gradient + m * n;
    for (std::int64_t head = shape.read_heads; head < shape.heads(); ++head) {
      keep(sample.heads + head * stride + kWeights * n, sample.rows[first_erase(shape, head) + m], n, gradient);
    }
    const float* __restrict row = sample.memory + m * n;
    const float* __restrict shrink = scratch.shrink;
    for (std::int64_t i = 0; i < n; ++i)
      gradient[i] -= shrink[i] * row[i];
  }
  multiply({shape.width, n, adding, scratch.factors, adding, scratch.dot_gradient, n, sample.memory_gradient, n,
            sample.memory_gradient, n});
}

}  // namespace

QARIUM_CLONES void sample_backward(const NtmShape& shape, const SampleBackward& sample) {
  const Scratch scratch(shape, sample.scratch);
  std::fill_n(sample.scratch, scratch.dot_gradient - sample.scratch, 0.0F);
  through_memory(shape, sample, scratch);
  for (std::int64_t head = 0; head < shape.heads(); ++head)
    through_address(shape, sample, head, scratch);
  through_keys(shape, sample, scratch);
}

}  // namespace qarium::nn::ntm
