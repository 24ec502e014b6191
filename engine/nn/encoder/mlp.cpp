#include <numeric>

#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/layers/hidden_layers.hpp"

namespace qarium::nn {
namespace {

/// Vector observations: `layers` linear layers of `width` units with ReLU; one token [B, 1, width].
class Mlp final : public Encoder {
 public:
  Mlp(const config::EncoderOptions& options, std::int64_t inputs, const LayerStyle& layers)
      : width_(options.width), layers_(*this, {inputs, options.width, options.layers}, layers) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    return layers_.forward(observation.flatten(1)).unsqueeze(1);
  }

  std::unique_ptr<FusedStage> fused() override {
    return layers_.has_fused() ? std::make_unique<FusedLayers>(layers_.fused()) : nullptr;
  }
  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    return layers_.outputs(observation.flatten(1));
  }

  std::vector<HiddenWeights> hidden_weights() override { return layers_.hidden_weights(); }

  TokenGrid grid() const override { return {}; }
  std::vector<std::int64_t> output_shape() const override { return {1, width_}; }
  std::vector<std::string> layers() const override { return layers_.descriptions(); }
  void draw_noise(core::RandomStream& stream, Noise noise) override {
    if (noise == Noise::Dropout) layers_.draw(stream);
  }
  void settle() override { layers_.settle(); }

 private:
  std::int64_t width_;
  HiddenLayers layers_;
};

/// Passes of what follows: a layer with weights of its own for each component, then shared ones.
class FusedComponents final : public FusedStage {
 public:
  FusedComponents(const torch::nn::Conv1d& components, const HiddenActivation& activation, FusedLayers layers)
      : weight_(components->weight),
        bias_(components->bias),
        inputs_(components->options.in_channels()),
        width_(components->bias.numel() / inputs_),
        layers_(std::move(layers)) {
    if (activation.norm()) norm_.emplace(activation.norm(), true);
  }

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    in_ = in;
    rows_ = rows;
    first_ = arena.take(rows * inputs_ * width_);
    for (std::int64_t token = 0; token < rows * inputs_; ++token) {
      const auto own = token % inputs_ * width_;
      for (std::int64_t i = 0; i < width_; ++i) {
        const float sum = bias_.value[own + i] + in[token] * weight_.value[own + i];
        first_[token * width_ + i] = sum < 0 && !norm_ ? 0.0F : sum;
      }
    }
    float* first = norm_ ? norm_->forward(first_, rows * inputs_, arena) : first_;
    return layers_.forward(first, rows * inputs_, learn, arena);
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    float* gradient = layers_.backward(out_gradient, true, arena);
    if (norm_) {
      gradient = norm_->backward(gradient);
    } else {
      kernels::relu_backward(first_, gradient, rows_ * inputs_ * width_);
    }
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
  std::optional<FusedLayerNorm> norm_;
  FusedLayers layers_;
  const float* in_ = nullptr;
  float* first_ = nullptr;
  std::int64_t rows_ = 0;
};

/// The same with one token for each component, for attention to choose among [B, components, width]: in the first layer
/// every component has weights of its own, the other layers are shared.
class ComponentMlp final : public Encoder {
 public:
  ComponentMlp(const config::EncoderOptions& options, std::int64_t inputs, const LayerStyle& layers)
      : inputs_(inputs),
        width_(options.width),
        components_(register_module(
            "components", torch::nn::Conv1d(torch::nn::Conv1dOptions(inputs, inputs * width_, 1).groups(inputs)))),
        first_(*this, "norm0", width_, layers),
        layers_(*this, {width_, width_, options.layers, 1}, layers) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    return layers_.forward(first_.forward(of_components(observation)));
  }

  std::unique_ptr<FusedStage> fused() override {
    if (!first_.has_fused()) return nullptr;
    return std::make_unique<FusedComponents>(components_, first_, layers_.fused());
  }
  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    auto first = first_.forward(of_components(observation));
    auto all = layers_.outputs(first);
    all.insert(all.begin(), std::move(first));
    return all;
  }

  TokenGrid grid() const override { return {1, 1, static_cast<int>(inputs_), 0, 0, 1}; }
  std::vector<std::int64_t> output_shape() const override { return {inputs_, width_}; }
  std::vector<std::string> layers() const override {
    std::vector<std::string> lines = {std::to_string(inputs_) + " x linear 1 -> " + std::to_string(width_) +
                                      first_.description()};
    for (const auto& line : layers_.descriptions())
      lines.push_back(line);
    return lines;
  }
  void draw_noise(core::RandomStream& stream, Noise noise) override {
    if (noise != Noise::Dropout) return;
    first_.draw(stream);
    layers_.draw(stream);
  }
  void settle() override {
    first_.settle();
    layers_.settle();
  }

 private:
  torch::Tensor of_components(const torch::Tensor& observation) const {
    const auto weight = components_->weight.view({inputs_, width_});
    const auto bias = components_->bias.view({inputs_, width_});
    return torch::addcmul(bias, observation.flatten(1).unsqueeze(2), weight);
  }

  std::int64_t inputs_;
  std::int64_t width_;
  torch::nn::Conv1d components_;
  HiddenActivation first_;
  HiddenLayers layers_;
};

}  // namespace

std::shared_ptr<Encoder> make_mlp(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  if (inputs.attended) return std::make_shared<ComponentMlp>(options, inputs.space.size(), inputs.layers);
  return std::make_shared<Mlp>(options, inputs.space.size(), inputs.layers);
}

}  // namespace qarium::nn
