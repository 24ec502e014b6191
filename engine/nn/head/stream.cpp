#include "engine/nn/head/stream.hpp"

namespace qarium::nn {

Stream::Stream(const config::HeadOptions& options, const LayerStyle& layers, std::int64_t inputs,
               std::int64_t outputs) {
  for (std::int64_t i = 0; i <= options.layers; ++i) {
    const auto number = std::to_string(i);
    const auto in = i == 0 ? inputs : options.width;
    const auto out = i == options.layers ? outputs : options.width;
    if (layers.options.noisy) {
      noisy_.push_back(register_module(number, std::make_shared<NoisyLinear>(in, out)));
      linears_.push_back(noisy_.back());
    } else {
      linears_.push_back(register_module(number, std::make_shared<torch::nn::LinearImpl>(in, out)));
    }
    if (i < options.layers) activations_.emplace_back(*this, "norm" + number, out, layers);
  }
}

torch::Tensor Stream::linear(std::size_t i, const torch::Tensor& x) {
  return noisy_.empty() ? linears_[i]->forward(x) : noisy_[i]->noisy_forward(x);
}

torch::Tensor Stream::forward(torch::Tensor x) {
  for (std::size_t i = 0; i < activations_.size(); ++i)
    x = activations_[i].forward(linear(i, x));
  return linear(activations_.size(), x);
}

std::vector<torch::Tensor> Stream::activations(torch::Tensor x) {
  std::vector<torch::Tensor> all;
  for (std::size_t i = 0; i < activations_.size(); ++i) {
    x = activations_[i].forward(linear(i, x));
    all.push_back(x);
  }
  return all;
}

std::optional<FusedLayers> Stream::fused() const {
  if (!noisy_.empty()) return std::nullopt;
  std::vector<FusedLinear> layers;
  for (std::size_t i = 0; i < activations_.size(); ++i) {
    if (!activations_[i].has_fused()) return std::nullopt;
    layers.emplace_back(*linears_[i], activations_[i]);
  }
  layers.emplace_back(linears_.back()->weight, linears_.back()->bias, false);
  return FusedLayers(std::move(layers));
}

std::vector<std::string> Stream::hidden_layers() const {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < activations_.size(); ++i) {
    const auto& weight = linears_[i]->weight;
    lines.push_back(std::string(noisy_.empty() ? "" : "noisy ") + "linear " + std::to_string(weight.size(1)) + " -> " +
                    std::to_string(weight.size(0)) + activations_[i].description());
  }
  return lines;
}

std::vector<HiddenWeights> Stream::hidden_weights() const {
  std::vector<HiddenWeights> all;
  all.reserve(activations_.size());
  for (std::size_t i = 0; i < activations_.size(); ++i) {
    const auto& its = *linears_[i];
    all.push_back(hidden_weights_of(its.weight, its.bias, activations_[i]));
    // Of a noisy layer the scale of the noise would have to be cleared, too.
    if (noisy_.empty()) all.back().outgoing.push_back(outgoing_of(linears_[i + 1]->weight, its.weight.size(0)));
  }
  return all;
}

void Stream::draw_noise(core::RandomStream& stream, Noise noise) {
  if (noise == Noise::Policy) {
    for (const auto& layer : noisy_)
      layer->draw(stream);
    return;
  }
  for (auto& activation : activations_)
    activation.draw(stream);
}

void Stream::settle() {
  for (const auto& layer : noisy_)
    layer->settle();
  for (auto& activation : activations_)
    activation.settle();
}

}  // namespace qarium::nn
