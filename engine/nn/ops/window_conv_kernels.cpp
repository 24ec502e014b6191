#include "engine/nn/ops/window_conv_kernels.hpp"

#include "engine/nn/ops/dense_kernels.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn::kernels {

void window_conv_forward(const WindowConv& conv, const float* in, const float* weights, const float* bias,
                         float* wide) {
  for (std::int64_t tap = 0; tap < conv.taps; ++tap) {
    multiply({.rows = conv.rows(),
              .columns = conv.filters,
              .depth = conv.run(),
              .activations = in + tap * conv.side * conv.channels,
              .activation_stride = conv.channels,
              .weights = weights + tap * conv.run() * conv.filters,
              .weight_stride = conv.filters,
              .start = tap == 0 ? bias : nullptr,
              .start_stride = 0,
              .out = wide,
              .out_stride = conv.filters,
              .add = tap > 0});
  }
}

void window_conv_backward_parameters(const WindowConv& conv, const float* in, const float* wide, float* weight_gradient,
                                     float* bias_gradient) {
  for (std::int64_t tap = 0; tap < conv.taps; ++tap) {
    multiply({.rows = conv.run(),
              .columns = conv.filters,
              .depth = conv.rows(),
              .activations = in + tap * conv.side * conv.channels,
              .activation_stride = 1,
              .weights = wide,
              .weight_stride = conv.filters,
              .start = nullptr,
              .start_stride = 0,
              .out = weight_gradient + tap * conv.run() * conv.filters,
              .out_stride = conv.filters,
              .activation_step = conv.channels,
              .add = true});
  }
  add_rows(wide, conv.rows(), conv.filters, bias_gradient);
}

void turn_windows(const WindowConv& conv, const float* weights, float* turned) {
  for (std::int64_t down = 0; down < conv.taps; ++down) {
    for (std::int64_t across = 0; across < conv.taps; ++across) {
      const float* from = weights + (down * conv.taps + conv.taps - 1 - across) * conv.channels * conv.filters;
      transpose(from, conv.filters, conv.channels, conv.filters,
                turned + (down * conv.taps + across) * conv.filters * conv.channels, conv.channels);
    }
  }
}

void window_conv_backward_input(const WindowConv& conv, const float* wide, const float* turned, float* in_gradient) {
  for (std::int64_t tap = 0; tap < conv.taps; ++tap) {
    multiply({.rows = conv.side * conv.side,
              .columns = conv.channels,
              .depth = conv.taps * conv.filters,
              .activations = wide - (tap * conv.side + conv.taps - 1) * conv.filters,
              .activation_stride = conv.filters,
              .weights = turned + tap * conv.taps * conv.filters * conv.channels,
              .weight_stride = conv.channels,
              .start = nullptr,
              .start_stride = 0,
              .out = in_gradient,
              .out_stride = conv.channels,
              .add = tap > 0});
  }
}

}  // namespace qarium::nn::kernels
