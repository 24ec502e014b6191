#pragma once
#include <cstdint>

namespace qarium::nn {

/// Sizes of a 3x3 convolution with stride 1 over a small grid. With padding 0 the output is smaller by two, with
/// padding 1 it has the grid's size.
struct GridConvShape {
  std::int64_t batch;
  std::int64_t planes;  ///< of the input
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t channels;  ///< of the output
  std::int64_t padding;   ///< 0 or 1
  bool rectified = true;  ///< ReLU after it

  std::int64_t out_rows() const { return rows - 2 + 2 * padding; }
  std::int64_t out_columns() const { return columns - 2 + 2 * padding; }
  std::int64_t tokens() const { return out_rows() * out_columns(); }
};

/// out [batch, tokens, channels] = relu(bias + input * weight), or without the relu; input [batch, planes, rows,
/// columns], weight [planes, 3, 3, channels] (channels innermost). Works through the cells that are not zero, which are
/// few in the one-bit planes of a grid game, and adds each one's weights to the up to nine outputs that see it.
void grid_conv_forward(const GridConvShape& shape, const float* input, const float* weight, const float* bias,
                       float* out);

/// Gradients of weight (same layout) and bias from the gradient of `out` and `out` itself, whose zeros are where ReLU
/// cut; both are overwritten.
void grid_conv_backward(const GridConvShape& shape, const float* input, const float* out, const float* out_gradient,
                        float* weight_gradient, float* bias_gradient);

}  // namespace qarium::nn
