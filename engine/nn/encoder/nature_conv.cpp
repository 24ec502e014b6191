#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"

namespace qarium::nn {
namespace {

constexpr std::int64_t kSide = 84;
constexpr int kTokenSide = 7;
constexpr std::int64_t kChannels = 64;

/// Frames [C, 84, 84] of bytes: the three convolutions of Mnih 2015, 8x8/4 x32, 4x4/2 x64, 3x3/1 x64, each with ReLU,
/// on values scaled to 0..1. 7 x 7 = 49 tokens [B, 49, 64].
class NatureConv final : public Encoder {
 public:
  explicit NatureConv(std::int64_t planes)
      : planes_(planes),
        conv1_(register_module("conv1", torch::nn::Conv2d(torch::nn::Conv2dOptions(planes, 32, 8).stride(4)))),
        conv2_(register_module("conv2", torch::nn::Conv2d(torch::nn::Conv2dOptions(32, kChannels, 4).stride(2)))),
        conv3_(register_module("conv3", torch::nn::Conv2d(torch::nn::Conv2dOptions(kChannels, kChannels, 3)))) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    auto x = conv1_(observation * (1.0 / 255.0)).relu_();
    x = conv2_(x).relu_();
    return conv3_(x).relu_().flatten(2).transpose(1, 2);
  }

  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    const auto first = conv1_(observation * (1.0 / 255.0)).relu_();
    const auto second = conv2_(first).relu_();
    const auto third = conv3_(second).relu_();
    const auto units_last = [](const torch::Tensor& maps) { return maps.flatten(2).transpose(1, 2); };
    return {units_last(first), units_last(second), units_last(third)};
  }

  /// The receptive field of token i begins at pixel 8 i and is 36 pixels wide: its middle 8 pixels are the token's.
  TokenGrid grid() const override { return {1, kTokenSide, kTokenSide, 14, 14, 8, 36}; }
  std::vector<std::int64_t> output_shape() const override { return {kTokenSide * kTokenSide, kChannels}; }
  std::vector<std::string> layers() const override {
    return {"conv 8x8/4, " + std::to_string(planes_) + " -> 32, relu", "conv 4x4/2, 32 -> 64, relu",
            "conv 3x3/1, 64 -> 64, relu"};
  }

 private:
  std::int64_t planes_;
  torch::nn::Conv2d conv1_;
  torch::nn::Conv2d conv2_;
  torch::nn::Conv2d conv3_;
};

}  // namespace

std::shared_ptr<Encoder> make_nature_conv(const config::EncoderOptions& /*options*/, const env::Box& space,
                                          bool /*attended*/) {
  if (space.shape.size() != 3 || space.shape[1] != kSide || space.shape[2] != kSide) {
    throw core::UserError(
        "encoder.kind = nature_conv reads frames of [channels, 84, 84], which this environment does not give: use "
        "grid_conv for small grids or mlp for vectors");
  }
  return std::make_shared<NatureConv>(space.shape[0]);
}

}  // namespace qarium::nn
