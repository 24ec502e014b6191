#include "engine/nn/layers/noisy_linear.hpp"

#include <cmath>

namespace qarium::nn {
namespace {

torch::Tensor factor(std::int64_t n, core::RandomStream& stream, const torch::Tensor& like) {
  auto noise = torch::empty({n}, torch::kFloat);
  auto* its = noise.data_ptr<float>();
  for (std::int64_t i = 0; i < n; ++i) {
    const double x = stream.normal();
    its[i] = static_cast<float>(std::copysign(std::sqrt(std::abs(x)), x));
  }
  return noise.to(like.options().requires_grad(false));
}

}  // namespace

NoisyLinear::NoisyLinear(std::int64_t inputs, std::int64_t outputs)
    : torch::nn::LinearImpl(inputs, outputs),
      weight_sigma_(register_parameter("weight_sigma", torch::empty({outputs, inputs}))),
      bias_sigma_(register_parameter("bias_sigma", torch::empty({outputs}))) {}

torch::Tensor NoisyLinear::noisy_forward(const torch::Tensor& x) {
  if (!input_noise_.defined()) return forward(x);
  const auto noisy = weight + weight_sigma_ * torch::outer(output_noise_, input_noise_);
  return torch::nn::functional::linear(x, noisy, bias + bias_sigma_ * output_noise_);
}

void NoisyLinear::draw(core::RandomStream& stream) {
  input_noise_ = factor(weight.size(1), stream, weight);
  output_noise_ = factor(weight.size(0), stream, weight);
}

void NoisyLinear::settle() {
  input_noise_.reset();
  output_noise_.reset();
}

void NoisyLinear::initialise_own(core::RandomStream& /*stream*/) {
  const double sigma = 0.5 / std::sqrt(static_cast<double>(weight.size(1)));
  weight_sigma_.fill_(sigma);
  bias_sigma_.fill_(sigma);
}

}  // namespace qarium::nn
