#include "engine/nn/layers/hidden_activation.hpp"

namespace qarium::nn {
namespace {

constexpr double kLeak = 0.01;

}  // namespace

HiddenActivation::HiddenActivation(torch::nn::Module& owner, const std::string& name, std::int64_t width,
                                   const LayerStyle& style)
    : dropout_(style.options.dropout), streaming_(style.streaming) {
  if (style.options.layer_norm && !streaming_) {
    norm_ = torch::nn::LayerNorm(torch::nn::LayerNormOptions({width}));
    owner.register_module(name, norm_);
  }
}

torch::Tensor HiddenActivation::forward(torch::Tensor x) {
  if (streaming_) {
    x = torch::layer_norm(x, x.sizes().slice(1));
    return torch::leaky_relu_(x, kLeak);
  }
  if (norm_) x = norm_(x);
  x = x.relu_();
  if (dropout_ == 0 || !noise_) return x;
  auto kept = torch::empty(x.sizes(), torch::kFloat);
  const auto scale = static_cast<float>(1 / (1 - dropout_));
  auto* its = kept.data_ptr<float>();
  for (std::int64_t i = 0; i < kept.numel(); ++i)
    its[i] = noise_->uniform() < dropout_ ? 0.0F : scale;
  return x * kept.to(x.options());
}

std::string HiddenActivation::description() const {
  if (streaming_) return ", layer norm, leaky relu";
  return std::string(norm_ ? ", layer norm" : "") + ", relu" + (dropout_ > 0 ? ", dropout" : "");
}

void HiddenActivation::draw(core::RandomStream& stream) {
  if (dropout_ == 0) return;
  const auto high = static_cast<std::uint64_t>(stream.next()) << 32U;
  noise_.emplace(high | stream.next(), core::Purpose::Noise, 0);
}

}  // namespace qarium::nn
