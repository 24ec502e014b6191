#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/encoder/fused_nature_conv.hpp"
#include "engine/nn/layers/hidden_activation.hpp"

namespace qarium::nn {
namespace {

constexpr std::int64_t kSide = 84;
constexpr int kTokenSide = 7;
constexpr std::int64_t kTokens = kTokenSide * kTokenSide;
constexpr std::int64_t kChannels = 64;

/// Frames [C, 84, 84] of bytes: the three convolutions of Mnih 2015, 8x8/4 x32, 4x4/2 x64, 3x3/1 x64, each with ReLU,
/// on values scaled to 0..1. 7 x 7 = 49 tokens [B, 49, 64]; where frames are separate, as many of each of the C, which
/// all go through the same convolutions, one after another [B, C 49, 64].
class NatureConv final : public Encoder {
 public:
  NatureConv(std::int64_t planes, bool separate, const LayerStyle& layers)
      : frames_(separate ? planes : 1),
        planes_(separate ? 1 : planes),
        conv1_(register_module("conv1", torch::nn::Conv2d(torch::nn::Conv2dOptions(planes_, 32, 8).stride(4)))),
        conv2_(register_module("conv2", torch::nn::Conv2d(torch::nn::Conv2dOptions(32, kChannels, 4).stride(2)))),
        conv3_(register_module("conv3", torch::nn::Conv2d(torch::nn::Conv2dOptions(kChannels, kChannels, 3)))),
        activation1_(*this, "norm1", 32, layers),
        activation2_(*this, "norm2", kChannels, layers),
        activation3_(*this, "norm3", kChannels, layers),
        rectified_(activation1_.rectifies_alone()) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    const auto x = activated(activation2_, conv2_(first(observation)));
    return tokens(activated(activation3_, conv3_(x)));
  }

  std::unique_ptr<FusedStage> fused() override {
    if (!rectified_) return nullptr;
    return fused_nature_conv({conv1_, conv2_, conv3_}, frames_);
  }

  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    const auto one = first(observation);
    const auto two = activated(activation2_, conv2_(one));
    const auto three = activated(activation3_, conv3_(two));
    return {tokens(one), tokens(two), tokens(three)};
  }

  /// The receptive field of token i begins at pixel 8 i and is 36 pixels wide: its middle 8 pixels are the token's.
  TokenGrid grid() const override { return {static_cast<int>(frames_), kTokenSide, kTokenSide, 14, 14, 8, 36}; }
  std::vector<std::int64_t> output_shape() const override { return {frames_ * kTokens, kChannels}; }
  std::vector<std::string> layers() const override {
    const auto apart = frames_ > 1 ? ", each of " + std::to_string(frames_) + " frames" : "";
    return {"conv 8x8/4, " + std::to_string(planes_) + " -> 32" + activation1_.description() + apart,
            "conv 4x4/2, 32 -> 64" + activation2_.description(), "conv 3x3/1, 64 -> 64" + activation3_.description()};
  }
  std::vector<HiddenWeights> hidden_weights() override {
    std::vector<HiddenWeights> all = {hidden_weights_of(conv1_->weight, conv1_->bias, activation1_),
                                      hidden_weights_of(conv2_->weight, conv2_->bias, activation2_),
                                      hidden_weights_of(conv3_->weight, conv3_->bias, activation3_)};
    for (std::size_t i = 0; i + 1 < all.size(); ++i)
      all[i].outgoing.push_back({all[i + 1].weight, 1});
    return all;
  }
  void draw_noise(core::RandomStream& stream, Noise noise) override {
    if (noise != Noise::Dropout) return;
    for (auto* activation : {&activation1_, &activation2_, &activation3_})
      activation->draw(stream);
  }
  void settle() override {
    for (auto* activation : {&activation1_, &activation2_, &activation3_})
      activation->settle();
  }

 private:
  /// [B, C, 84, 84] -> [B frames, 32, 20, 20]
  torch::Tensor first(const torch::Tensor& observation) {
    return activated(activation1_, conv1_((observation * (1.0 / 255.0)).reshape({-1, planes_, kSide, kSide})));
  }
  /// maps [n, D, H, W], normalised over D
  torch::Tensor activated(HiddenActivation& activation, const torch::Tensor& maps) const {
    if (rectified_) return maps.relu_();
    return activation.forward(maps.permute({0, 2, 3, 1}).contiguous()).permute({0, 3, 1, 2});
  }
  /// [B frames, D, H, W] -> [B, frames H W, D]
  torch::Tensor tokens(const torch::Tensor& maps) const {
    const auto channels = maps.size(1);
    return maps.flatten(2).transpose(1, 2).reshape({maps.size(0) / frames_, -1, channels});
  }

  std::int64_t frames_;
  std::int64_t planes_;
  torch::nn::Conv2d conv1_;
  torch::nn::Conv2d conv2_;
  torch::nn::Conv2d conv3_;
  HiddenActivation activation1_;
  HiddenActivation activation2_;
  HiddenActivation activation3_;
  bool rectified_;  ///< ReLU alone follows each
};

}  // namespace

std::shared_ptr<Encoder> make_nature_conv(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  const auto& space = inputs.space;
  if (space.shape.size() != 3 || space.shape[1] != kSide || space.shape[2] != kSide) {
    throw core::UserError(
        "encoder.kind = nature_conv reads frames of [channels, 84, 84], which this environment does not give: use "
        "grid_conv for small grids or mlp for vectors");
  }
  return std::make_shared<NatureConv>(space.shape[0], options.frames == "separate", inputs.layers);
}

}  // namespace qarium::nn
