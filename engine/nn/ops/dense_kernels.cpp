#include "engine/nn/ops/dense_kernels.hpp"

#include <algorithm>
#include <cmath>

#include "engine/nn/ops/instruction_sets.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn::kernels {
namespace {

/// From so many rows on it pays to turn the weights around first,
constexpr std::int64_t kRowsToTurn = 4;
/// but not for so few outputs,
constexpr std::int64_t kFewOutputs = 8;
/// nor for so many inputs: turning them costs more than the sums at the end of long rows.
constexpr std::int64_t kManyInputs = 192;

}  // namespace

QARIUM_CLONES void relu_backward(const float* y, float* dy, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    dy[i] = y[i] > 0 ? dy[i] : 0.0F;
}

QARIUM_CLONES void add(const float* from, float* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    to[i] += from[i];
}

QARIUM_CLONES void add_scaled(const float* from, float factor, float* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    to[i] += factor * from[i];
}

QARIUM_CLONES void add_rows(const float* from, std::int64_t rows, std::int64_t width, float* to) {
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t i = 0; i < width; ++i)
      to[i] += from[row * width + i];
  }
}

std::int64_t linear_scratch(const Linear& linear) {
  return linear.in * padded(linear.out);
}

/// What is not a number stays so: where a network has diverged it must be seen.
QARIUM_CLONES static void rectify(float* y, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    y[i] = y[i] < 0 ? 0.0F : y[i];
}

void linear_forward(const Linear& linear, std::int64_t rows, const float* x, float* y, bool relu, float* scratch) {
  const auto [in, out, weight, bias] = linear;
  Product product{rows, out, in, x, in, weight, in, bias, 0, y, out};
  if (rows < kRowsToTurn || out < kFewOutputs || in >= kManyInputs) {
    multiply_transposed(product);
  } else {
    const auto stride = padded(out);
    transpose(weight, in, out, in, scratch, stride);
    product.weights = scratch;
    product.weight_stride = stride;
    multiply(product);
  }
  if (relu) rectify(y, rows * out);
}

void linear_backward_input(const Linear& linear, std::int64_t rows, const float* dy, float* dx) {
  multiply({rows, linear.in, linear.out, dy, linear.out, linear.weight, linear.in, nullptr, 0, dx, linear.in});
}

void linear_backward_parameters(const Linear& linear, std::int64_t rows, const float* x, const float* dy,
                                float* weight_gradient, float* bias_gradient, float* scratch) {
  const auto [in, out, weight, bias] = linear;
  if (bias_gradient != nullptr) add_rows(dy, rows, out, bias_gradient);
  if (in >= out || in >= kLanes) {
    Product product{out, in, rows, dy, 1, x, in, nullptr, 0, weight_gradient, in};
    product.activation_step = out;
    product.add = true;
    multiply(product);
    return;
  }
  // A narrow input: the gradient is made on its side, where its rows are long.
  const auto stride = padded(out);
  Product product{in, out, rows, x, 1, dy, out, nullptr, 0, scratch, stride};
  product.activation_step = in;
  multiply(product);
  for (std::int64_t o = 0; o < out; ++o) {
    for (std::int64_t i = 0; i < in; ++i)
      weight_gradient[o * in + i] += scratch[i * stride + o];
  }
}

QARIUM_CLONES void layer_norm_forward(const LayerNorm& norm, std::int64_t rows, const float* x, float* y, bool relu,
                                      float* normal, float* scale) {
  const auto [width, gain, shift, eps] = norm;
  for (std::int64_t row = 0; row < rows; ++row, x += width, y += width, normal += width) {
    float sum = 0;
    for (std::int64_t i = 0; i < width; ++i)
      sum += x[i];
    const float mean = sum / static_cast<float>(width);
    float squares = 0;
    for (std::int64_t i = 0; i < width; ++i)
      squares += (x[i] - mean) * (x[i] - mean);
    const float by = 1 / std::sqrt(squares / static_cast<float>(width) + eps);
    scale[row] = by;
    for (std::int64_t i = 0; i < width; ++i) {
      normal[i] = (x[i] - mean) * by;
      y[i] = normal[i] * gain[i] + shift[i];
    }
    if (!relu) continue;
    for (std::int64_t i = 0; i < width; ++i)
      y[i] = y[i] < 0 ? 0.0F : y[i];
  }
}

QARIUM_CLONES void layer_norm_backward(const LayerNorm& norm, std::int64_t rows, const float* normal,
                                       const float* scale, const float* dy, float* dx, float* gain_gradient,
                                       float* shift_gradient) {
  const auto width = norm.width;
  const float* gain = norm.gain;
  for (std::int64_t row = 0; row < rows; ++row, normal += width, dy += width, dx += width) {
    float sum = 0;
    float along = 0;
    for (std::int64_t i = 0; i < width; ++i) {
      gain_gradient[i] += dy[i] * normal[i];
      shift_gradient[i] += dy[i];
      const float slope = dy[i] * gain[i];
      sum += slope;
      along += slope * normal[i];
    }
    const float mean = sum / static_cast<float>(width);
    const float mean_along = along / static_cast<float>(width);
    for (std::int64_t i = 0; i < width; ++i)
      dx[i] = scale[row] * (dy[i] * gain[i] - mean - normal[i] * mean_along);
  }
}

}  // namespace qarium::nn::kernels
