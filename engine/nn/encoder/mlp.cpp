#include <numeric>

#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {
namespace {

/// Of each of the layers in a row, with ReLU.
std::vector<torch::Tensor> outputs(std::vector<torch::nn::Linear>& linears, torch::Tensor x) {
  std::vector<torch::Tensor> all;
  for (auto& linear : linears) {
    x = linear(x).relu_();
    all.push_back(x);
  }
  return all;
}

/// Vector observations: `layers` linear layers of `width` units with ReLU; one token [B, 1, width].
class Mlp final : public Encoder {
 public:
  Mlp(const config::EncoderOptions& options, std::int64_t inputs) : inputs_(inputs), width_(options.width) {
    for (std::int64_t i = 0; i < options.layers; ++i) {
      linears_.push_back(
          register_module("linear" + std::to_string(i), torch::nn::Linear(i == 0 ? inputs : width_, width_)));
    }
  }

  torch::Tensor forward(const torch::Tensor& observation) override {
    torch::Tensor x = observation.flatten(1);
    for (auto& linear : linears_)
      x = linear(x).relu_();
    return x.unsqueeze(1);
  }

  std::unique_ptr<FusedStage> fused() override {
    std::vector<FusedLinear> layers;
    layers.reserve(linears_.size());
    for (const auto& linear : linears_)
      layers.emplace_back(linear, true);
    return std::make_unique<FusedLayers>(std::move(layers));
  }
  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    return outputs(linears_, {observation.flatten(1)});
  }

  TokenGrid grid() const override { return {}; }
  std::vector<std::int64_t> output_shape() const override { return {1, width_}; }
  std::vector<std::string> layers() const override {
    std::vector<std::string> lines;
    lines.reserve(linears_.size());
    for (std::size_t i = 0; i < linears_.size(); ++i) {
      lines.push_back("linear " + std::to_string(i == 0 ? inputs_ : width_) + " -> " + std::to_string(width_) +
                      ", relu");
    }
    return lines;
  }

 private:
  std::int64_t inputs_;
  std::int64_t width_;
  std::vector<torch::nn::Linear> linears_;
};

/// Passes of what follows: a layer with weights of its own for each component, then shared ones.
class FusedComponents final : public FusedStage {
 public:
  FusedComponents(const torch::Tensor& weight, const torch::Tensor& bias, std::int64_t inputs, std::int64_t width,
                  FusedLayers layers)
      : weight_(weight), bias_(bias), inputs_(inputs), width_(width), layers_(std::move(layers)) {}

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    in_ = in;
    rows_ = rows;
    first_ = arena.take(rows * inputs_ * width_);
    for (std::int64_t token = 0; token < rows * inputs_; ++token) {
      const auto own = token % inputs_ * width_;
      for (std::int64_t i = 0; i < width_; ++i) {
        const float sum = bias_.value[own + i] + in[token] * weight_.value[own + i];
        first_[token * width_ + i] = sum < 0 ? 0.0F : sum;
      }
    }
    return layers_.forward(first_, rows * inputs_, learn, arena);
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    float* gradient = layers_.backward(out_gradient, true, arena);
    kernels::relu_backward(first_, gradient, rows_ * inputs_ * width_);
    float* in_gradient = wanted ? arena.take(rows_ * inputs_) : nullptr;
    for (std::int64_t token = 0; token < rows_ * inputs_; ++token, gradient += width_) {
      const auto own = token % inputs_ * width_;
      kernels::add(gradient, bias_.gradient + own, width_);
      kernels::add_scaled(gradient, in_[token], weight_.gradient + own, width_);
      if (wanted) in_gradient[token] = std::inner_product(gradient, gradient + width_, weight_.value + own, 0.0F);
    }
    return in_gradient;
  }

 private:
  FusedParameter weight_;
  FusedParameter bias_;
  std::int64_t inputs_;
  std::int64_t width_;
  FusedLayers layers_;
  const float* in_ = nullptr;
  float* first_ = nullptr;
  std::int64_t rows_ = 0;
};

/// The same with one token for each component, for attention to choose among [B, components, width]: in the first layer
/// every component has weights of its own, the other layers are shared.
class ComponentMlp final : public Encoder {
 public:
  ComponentMlp(const config::EncoderOptions& options, std::int64_t inputs) : inputs_(inputs), width_(options.width) {
    components_ = register_module(
        "components", torch::nn::Conv1d(torch::nn::Conv1dOptions(inputs, inputs * width_, 1).groups(inputs)));
    for (std::int64_t i = 1; i < options.layers; ++i) {
      linears_.push_back(register_module("linear" + std::to_string(i), torch::nn::Linear(width_, width_)));
    }
  }

  torch::Tensor forward(const torch::Tensor& observation) override {
    const auto weight = components_->weight.view({inputs_, width_});
    const auto bias = components_->bias.view({inputs_, width_});
    torch::Tensor x = torch::addcmul(bias, observation.flatten(1).unsqueeze(2), weight).relu_();
    for (auto& linear : linears_)
      x = linear(x).relu_();
    return x;
  }

  std::unique_ptr<FusedStage> fused() override {
    std::vector<FusedLinear> layers;
    layers.reserve(linears_.size());
    for (const auto& linear : linears_)
      layers.emplace_back(linear, true);
    return std::make_unique<FusedComponents>(components_->weight, components_->bias, inputs_, width_,
                                             FusedLayers(std::move(layers)));
  }
  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    const auto weight = components_->weight.view({inputs_, width_});
    const auto bias = components_->bias.view({inputs_, width_});
    auto first = torch::addcmul(bias, observation.flatten(1).unsqueeze(2), weight).relu_();
    auto all = outputs(linears_, {first});
    all.insert(all.begin(), std::move(first));
    return all;
  }

  TokenGrid grid() const override { return {1, 1, static_cast<int>(inputs_), 0, 0, 1}; }
  std::vector<std::int64_t> output_shape() const override { return {inputs_, width_}; }
  std::vector<std::string> layers() const override {
    std::vector<std::string> lines = {std::to_string(inputs_) + " x linear 1 -> " + std::to_string(width_) + ", relu"};
    for (std::size_t i = 0; i < linears_.size(); ++i)
      lines.push_back("linear " + std::to_string(width_) + " -> " + std::to_string(width_) + ", relu");
    return lines;
  }

 private:
  std::int64_t inputs_;
  std::int64_t width_;
  torch::nn::Conv1d components_{nullptr};
  std::vector<torch::nn::Linear> linears_;
};

}  // namespace

std::shared_ptr<Encoder> make_mlp(const config::EncoderOptions& options, const env::Box& space, bool attended) {
  if (attended) return std::make_shared<ComponentMlp>(options, space.size());
  return std::make_shared<Mlp>(options, space.size());
}

}  // namespace qarium::nn
