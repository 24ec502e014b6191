#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/nn/encoder/encoder.hpp"
#include "engine/nn/layers/hidden_layers.hpp"

namespace qarium::nn {
namespace {

/// What the layers give, but zeros for rows that are absent.
class FusedRows final : public FusedStage {
 public:
  FusedRows(FusedLayers layers, std::int64_t count, std::int64_t features, std::int64_t width)
      : layers_(std::move(layers)), count_(count), features_(features), width_(width) {}

  float* forward(float* in, std::int64_t rows, bool learn, Arena& arena) override {
    in_ = in;
    rows_ = rows;
    float* out = layers_.forward(in, rows * count_, learn, arena);
    clear_absent(out);
    return out;
  }
  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    clear_absent(out_gradient);
    return layers_.backward(out_gradient, wanted, arena);
  }

 private:
  void clear_absent(float* tokens) const {
    for (std::int64_t token = 0; token < rows_ * count_; ++token) {
      const auto* its = in_ + token * features_;
      if (std::all_of(its, its + features_, [](float number) { return number == 0; }))
        std::fill_n(tokens + token * width_, width_, 0.0F);
    }
  }

  FusedLayers layers_;
  std::int64_t count_;
  std::int64_t features_;
  std::int64_t width_;
  const float* in_ = nullptr;
  std::int64_t rows_ = 0;
};

/// A matrix of things [N, F], a vehicle, a click or a day in each row: every row through the same `layers` linear
/// layers of `width` units with ReLU is a token [B, N, width]. A row of zeros alone is absent.
class Rows final : public Encoder {
 public:
  Rows(const config::EncoderOptions& options, const env::Box& space, const LayerStyle& style)
      : count_(space.shape.front()),
        features_(space.size() / count_),
        width_(options.width),
        standardise_(options.standardise),
        layers_(*this, {features_, width_, options.layers}, style) {}

  bool masks() const override { return true; }
  torch::Tensor present(const torch::Tensor& observation) override { return observation.flatten(2).ne(0).any(2); }
  torch::Tensor forward(const torch::Tensor& observation) override { return activations(observation).back(); }

  std::vector<torch::Tensor> activations(const torch::Tensor& observation) override {
    const auto there = present(observation).unsqueeze(2);
    auto x = observation.flatten(2);
    if (standardise_) x = standardised(x, there);
    auto all = layers_.outputs(x);
    all.back() = all.back() * there;
    return all;
  }

  std::unique_ptr<FusedStage> fused() override {
    if (standardise_ || !layers_.has_fused()) return nullptr;
    return std::make_unique<FusedRows>(layers_.fused(), count_, features_, width_);
  }

  TokenGrid grid() const override {
    TokenGrid grid;
    grid.rows = static_cast<int>(count_);
    grid.parts = {{"row", grid.rows, 1}};
    return grid;
  }
  std::vector<std::int64_t> output_shape() const override { return {count_, width_}; }
  std::vector<std::string> layers() const override {
    std::vector<std::string> lines;
    if (standardise_) lines.emplace_back("features standardised over the rows");
    for (const auto& line : layers_.descriptions())
      lines.push_back("each row: " + line);
    return lines;
  }
  void draw_noise(core::RandomStream& stream, Noise noise) override {
    if (noise == Noise::Dropout) layers_.draw(stream);
  }
  void settle() override { layers_.settle(); }

 private:
  /// Each feature less its mean over the rows that are there, divided by its standard deviation over them.
  static torch::Tensor standardised(const torch::Tensor& x, const torch::Tensor& there) {
    constexpr double kLeastVariance = 1e-8;
    const auto count = there.sum(1, true).clamp_min(1);
    const auto centred = (x - x.sum(1, true) / count) * there;
    return centred / (centred.square().sum(1, true) / count + kLeastVariance).sqrt();
  }

  std::int64_t count_;
  std::int64_t features_;
  std::int64_t width_;
  bool standardise_;
  HiddenLayers layers_;
};

}  // namespace

std::shared_ptr<Encoder> make_rows(const config::EncoderOptions& options, const EncoderInputs& inputs) {
  const auto& space = inputs.space;
  if (space.shape.size() < 2 || !space.parts.empty()) {
    throw core::UserError(
        "encoder.kind = rows reads a matrix of [things, features], which this environment does not give: use "
        "encoder.kind = mlp, or multi for a Dict");
  }
  return std::make_shared<Rows>(options, space, inputs.layers);
}

}  // namespace qarium::nn
