#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/ops/grid_conv_kernels.hpp"
#include "engine/nn/ops/grid_conv_op.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn {
namespace {

/// The kernels want the channels innermost: [planes, 3, 3, channels].
class FusedGridConv final : public FusedStage {
 public:
  FusedGridConv(const torch::nn::Conv2d& conv, const GridConvShape& shape, const HiddenActivation& activation)
      : weight_(conv->weight), bias_(conv->bias), shape_(shape), taps_(shape.planes * 9) {
    if (activation.norm()) norm_.emplace(activation.norm(), true);
    shape_.rectified = !norm_;
  }

  float* forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) override {
    shape_.batch = rows;
    in_ = in;
    float* weight = arena.take(taps_ * shape_.channels);
    kernels::transpose(weight_.value, taps_, shape_.channels, taps_, weight, shape_.channels);
    out_ = arena.take(rows * shape_.tokens() * shape_.channels);
    grid_conv_forward(shape_, in, weight, bias_.value, out_);
    return norm_ ? norm_->forward(out_, rows * shape_.tokens(), arena) : out_;
  }

  /// Nothing stands before it that learns: observations have no gradient.
  float* backward(float* out_gradient, bool /*wanted*/, Arena& arena) override {
    if (norm_) out_gradient = norm_->backward(out_gradient);
    const auto channels = shape_.channels;
    float* weight_gradient = arena.take(taps_ * channels);
    float* turned = arena.take(taps_ * channels);
    float* bias_gradient = arena.take(channels);
    grid_conv_backward(shape_, in_, out_, out_gradient, weight_gradient, bias_gradient);
    kernels::transpose(weight_gradient, channels, taps_, channels, turned, taps_);
    kernels::add(turned, weight_.gradient, taps_ * channels);
    kernels::add(bias_gradient, bias_.gradient, channels);
    return nullptr;
  }

 private:
  FusedParameter weight_;
  FusedParameter bias_;
  GridConvShape shape_;
  std::int64_t taps_;
  std::optional<FusedLayerNorm> norm_;
  const float* in_ = nullptr;
  float* out_ = nullptr;
};

/// Small grids [C, rows, columns]: one 3x3 convolution with stride 1 and ReLU (Young and Tian 2019), unpadded; padded
/// by 1 where attention follows, so that every cell has its token. Tokens [B, N, channels] run row by row.
class GridConv final : public Encoder {
 public:
  GridConv(const config::EncoderOptions& options, const EncoderInputs& inputs)
      : planes_(inputs.space.shape[0]),
        channels_(options.channels),
        padding_(inputs.attended ? 1 : 0),
        rows_(inputs.space.shape[1] - 2 + 2 * padding_),
        columns_(inputs.space.shape[2] - 2 + 2 * padding_),
        conv_(register_module("conv",
                              torch::nn::Conv2d(torch::nn::Conv2dOptions(planes_, channels_, 3).padding(padding_)))),
        activation_(*this, "norm", channels_, inputs.layers),
        rectified_(activation_.rectifies_alone()) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    if (!rectified_) {
      const auto maps = torch::conv2d(observation, conv_->weight, conv_->bias, 1, padding_);
      return activation_.forward(maps.flatten(2).transpose(1, 2).contiguous());
    }
    return (uses_fused() ? grid_conv : grid_conv_plain)(observation, conv_->weight, conv_->bias, padding_);
  }

  std::unique_ptr<FusedStage> fused() override {
    if (!activation_.has_fused()) return nullptr;
    const auto inner = 2 - 2 * padding_;
    return std::make_unique<FusedGridConv>(
        conv_, GridConvShape{0, planes_, rows_ + inner, columns_ + inner, channels_, padding_}, activation_);
  }

  TokenGrid grid() const override {
    const float border = padding_ == 1 ? 0.0F : 1.0F;
    return {1, static_cast<int>(rows_), static_cast<int>(columns_), border, border, 1, 3};
  }
  std::vector<std::int64_t> output_shape() const override { return {rows_ * columns_, channels_}; }
  std::vector<std::string> layers() const override {
    return {"conv 3x3, " + std::to_string(planes_) + " -> " + std::to_string(channels_) + activation_.description()};
  }
  std::vector<HiddenWeights> hidden_weights() override {
    return {hidden_weights_of(conv_->weight, conv_->bias, activation_)};
  }
  void draw_noise(core::RandomStream& stream, Noise noise) override {
    if (noise == Noise::Dropout) activation_.draw(stream);
  }
  void settle() override { activation_.settle(); }

 private:
  std::int64_t planes_;
  std::int64_t channels_;
  std::int64_t padding_;
  std::int64_t rows_;
  std::int64_t columns_;
  torch::nn::Conv2d conv_;
  HiddenActivation activation_;
  bool rectified_;  ///< ReLU alone follows, which the fused convolution brings
};

}  // namespace

std::shared_ptr<Encoder> make_grid_conv(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  const auto& space = inputs.space;
  if (space.shape.size() != 3 || space.shape[1] < 3 || space.shape[2] < 3) {
    throw core::UserError(
        "encoder.kind = grid_conv reads grids of [channels, 3 or more rows, 3 or more columns], which this environment "
        "does not give: use encoder.kind = mlp");
  }
  return std::make_shared<GridConv>(options, inputs);
}

}  // namespace qarium::nn
