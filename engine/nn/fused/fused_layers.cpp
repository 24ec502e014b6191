#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {

FusedLinear::FusedLinear(const torch::nn::Linear& linear, bool relu)
    : FusedLinear(linear->weight, linear->bias, relu) {}

FusedLinear::FusedLinear(const torch::Tensor& weight, const torch::Tensor& bias, bool relu)
    : weight_(weight), bias_(bias.defined() ? FusedParameter(bias) : FusedParameter()), relu_(relu) {
  linear_ = {weight.size(1), weight.size(0), weight_.value, bias_.value};
}

FusedLinear::FusedLinear(const torch::nn::LinearImpl& linear, const HiddenActivation& activation)
    : FusedLinear(linear.weight, linear.bias, !activation.norm()) {
  if (activation.norm()) norm_.emplace(activation.norm(), true);
}

float* FusedLinear::forward(const float* in, std::int64_t rows, Arena& arena) {
  rows_ = rows;
  in_ = in;
  float* out = arena.take(rows * linear_.out);
  kernels::linear_forward(linear_, rows, in, out, relu_, arena.take(kernels::linear_scratch(linear_)));
  result_ = out;
  return norm_ ? norm_->forward(out, rows, arena) : out;
}

float* FusedLinear::backward(float* out_gradient, bool wanted, Arena& arena) {
  if (norm_) out_gradient = norm_->backward(out_gradient);
  if (relu_) kernels::relu_backward(result_, out_gradient, rows_ * linear_.out);
  kernels::linear_backward_parameters(linear_, rows_, in_, out_gradient, weight_.gradient, bias_.gradient,
                                      arena.take(kernels::linear_scratch(linear_)));
  if (!wanted) return nullptr;
  float* in_gradient = arena.take(rows_ * linear_.in);
  kernels::linear_backward_input(linear_, rows_, out_gradient, in_gradient);
  return in_gradient;
}

float* FusedLayers::forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) {
  for (auto& layer : layers_)
    in = layer.forward(in, rows, arena);
  return in;
}

float* FusedLayers::backward(float* out_gradient, bool wanted, Arena& arena) {
  for (auto layer = layers_.rbegin(); layer != layers_.rend(); ++layer)
    out_gradient = layer->backward(out_gradient, wanted || layer + 1 != layers_.rend(), arena);
  return out_gradient;
}

FusedLayerNorm::FusedLayerNorm(const torch::nn::LayerNorm& norm, bool relu)
    : gain_(norm->weight), shift_(norm->bias), relu_(relu) {
  norm_ = {norm->weight.numel(), gain_.value, shift_.value, static_cast<float>(norm->options.eps())};
}

float* FusedLayerNorm::forward(const float* in, std::int64_t rows, Arena& arena) {
  rows_ = rows;
  normal_ = arena.take(rows * norm_.width);
  scale_ = arena.take(rows);
  float* out = arena.take(rows * norm_.width);
  kernels::layer_norm_forward(norm_, rows, in, out, relu_, normal_, scale_);
  result_ = out;
  return out;
}

float* FusedLayerNorm::backward(float* out_gradient) {
  if (relu_) kernels::relu_backward(result_, out_gradient, rows_ * norm_.width);
  kernels::layer_norm_backward(norm_, rows_, normal_, scale_, out_gradient, out_gradient, gain_.gradient,
                               shift_.gradient);
  return out_gradient;
}

}  // namespace qarium::nn
