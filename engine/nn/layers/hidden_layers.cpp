#include "engine/nn/layers/hidden_layers.hpp"

#include <utility>

namespace qarium::nn {

HiddenLayers::HiddenLayers(torch::nn::Module& owner, const HiddenShape& shape, const LayerStyle& style)
    : shape_(shape) {
  for (auto i = shape.first; i < shape.layers; ++i) {
    const auto number = std::to_string(i);
    const auto inputs = i == shape.first ? shape.inputs : shape.width;
    linears_.push_back(owner.register_module("linear" + number, torch::nn::Linear(inputs, shape.width)));
    activations_.emplace_back(owner, "norm" + number, shape.width, style);
  }
}

torch::Tensor HiddenLayers::forward(torch::Tensor x) {
  for (std::size_t i = 0; i < linears_.size(); ++i)
    x = activations_[i].forward(linears_[i](x));
  return x;
}

std::vector<torch::Tensor> HiddenLayers::outputs(torch::Tensor x) {
  std::vector<torch::Tensor> all;
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    x = activations_[i].forward(linears_[i](x));
    all.push_back(x);
  }
  return all;
}

FusedLayers HiddenLayers::fused() const {
  std::vector<FusedLinear> layers;
  layers.reserve(linears_.size());
  for (std::size_t i = 0; i < linears_.size(); ++i)
    layers.emplace_back(*linears_[i], activations_[i]);
  return FusedLayers(std::move(layers));
}

std::vector<std::string> HiddenLayers::descriptions() const {
  std::vector<std::string> lines;
  lines.reserve(linears_.size());
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    lines.push_back("linear " + std::to_string(i == 0 ? shape_.inputs : shape_.width) + " -> " +
                    std::to_string(shape_.width) + activations_[i].description());
  }
  return lines;
}

std::vector<HiddenWeights> HiddenLayers::hidden_weights() const {
  std::vector<HiddenWeights> all;
  for (std::size_t i = 0; i < linears_.size(); ++i) {
    all.push_back(hidden_weights_of(linears_[i]->weight, linears_[i]->bias, activations_[i]));
    if (i > 0) all[i - 1].outgoing.push_back(outgoing_of(linears_[i]->weight, shape_.width));
  }
  return all;
}

void HiddenLayers::draw(core::RandomStream& stream) {
  for (auto& activation : activations_)
    activation.draw(stream);
}

void HiddenLayers::settle() {
  for (auto& activation : activations_)
    activation.settle();
}

}  // namespace qarium::nn
