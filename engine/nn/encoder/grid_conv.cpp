#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/ops/grid_conv_op.hpp"

namespace qarium::nn {
namespace {

/// Small grids [C, rows, columns]: one 3x3 convolution with stride 1 and ReLU (Young and Tian 2019), unpadded; padded
/// by 1 where attention follows, so that every cell has its token. Tokens [B, N, channels] run row by row.
class GridConv final : public Encoder {
 public:
  GridConv(const config::EncoderOptions& options, const env::Box& space, bool attended)
      : planes_(space.shape[0]),
        channels_(options.channels),
        padding_(attended ? 1 : 0),
        rows_(space.shape[1] - 2 + 2 * padding_),
        columns_(space.shape[2] - 2 + 2 * padding_),
        conv_(register_module("conv",
                              torch::nn::Conv2d(torch::nn::Conv2dOptions(planes_, channels_, 3).padding(padding_)))) {}

  torch::Tensor forward(const torch::Tensor& observation) override {
    return grid_conv(observation, conv_->weight, conv_->bias, padding_);
  }

  TokenGrid grid() const override {
    const float border = padding_ == 1 ? 0.0F : 1.0F;
    return {1, static_cast<int>(rows_), static_cast<int>(columns_), border, border, 1, 3};
  }
  std::vector<std::int64_t> output_shape() const override { return {rows_ * columns_, channels_}; }
  std::vector<std::string> layers() const override {
    return {"conv 3x3, " + std::to_string(planes_) + " -> " + std::to_string(channels_) + ", relu"};
  }

 private:
  std::int64_t planes_;
  std::int64_t channels_;
  std::int64_t padding_;
  std::int64_t rows_;
  std::int64_t columns_;
  torch::nn::Conv2d conv_;
};

}  // namespace

std::shared_ptr<Encoder> make_grid_conv(const config::EncoderOptions& options, const env::Box& space, bool attended) {
  if (space.shape.size() != 3 || space.shape[1] < 3 || space.shape[2] < 3) {
    throw core::UserError(
        "encoder.kind = grid_conv reads grids of [channels, 3 or more rows, 3 or more columns], which this environment "
        "does not give: use encoder.kind = mlp");
  }
  return std::make_shared<GridConv>(options, space, attended);
}

}  // namespace qarium::nn
