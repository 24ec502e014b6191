#pragma once
#include <cstdint>

/// The layers that the five stages are made of, forward and backward on float pointers: rows lie one after another, and
/// a backward pass adds to the gradients of parameters.
namespace qarium::nn::kernels {

/// y = W x + b.
struct Linear {
  std::int64_t in;
  std::int64_t out;
  const float* weight;  ///< [out, in]
  const float* bias;    ///< [out], or null
};

/// Room that linear_forward and linear_backward_parameters need, in floats.
std::int64_t linear_scratch(const Linear& linear);
/// x [rows, in] -> y [rows, out], through ReLU where `relu`.
void linear_forward(const Linear& linear, std::int64_t rows, const float* x, float* y, bool relu, float* scratch);
/// dy [rows, out] -> dx [rows, in]
void linear_backward_input(const Linear& linear, std::int64_t rows, const float* dy, float* dx);
/// Adds to weight_gradient [out, in] and, where it is not null, to bias_gradient [out].
void linear_backward_parameters(const Linear& linear, std::int64_t rows, const float* x, const float* dy,
                                float* weight_gradient, float* bias_gradient, float* scratch);

/// dy = 0 where y, which went through ReLU, is not above 0.
void relu_backward(const float* y, float* dy, std::int64_t n);
void add(const float* from, float* to, std::int64_t n);
void add_scaled(const float* from, float factor, float* to, std::int64_t n);
/// Adds the sum over rows [rows, width] to `to` [width].
void add_rows(const float* from, std::int64_t rows, std::int64_t width, float* to);

/// Normalisation of each row (Ba 2016, equations 3 and 4), scaled and shifted by gain and shift [width].
struct LayerNorm {
  std::int64_t width;
  const float* gain;
  const float* shift;
  float eps;
};
/// x [rows, width] -> y, through ReLU where `relu`. `normal` [rows, width] and `scale` [rows] are what backward reads:
/// x without mean and with unit variance, and what it was multiplied by.
void layer_norm_forward(const LayerNorm& norm, std::int64_t rows, const float* x, float* y, bool relu, float* normal,
                        float* scale);
/// dy [rows, width], of what came before ReLU -> dx, which may be dy.
void layer_norm_backward(const LayerNorm& norm, std::int64_t rows, const float* normal, const float* scale,
                         const float* dy, float* dx, float* gain_gradient, float* shift_gradient);

}  // namespace qarium::nn::kernels
