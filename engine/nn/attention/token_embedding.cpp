#include "engine/nn/attention/token_embedding.hpp"

#include <cmath>
#include <optional>

#include "engine/nn/fused/fused_layers.hpp"

namespace qarium::nn {
namespace {

/// [N, axes]: those of frame, row and column that vary; none for a single token.
torch::Tensor varying_coordinates(const TokenGrid& grid) {
  const auto positions = grid.positions();
  auto all = torch::empty({static_cast<std::int64_t>(positions.size()), 3});
  auto* out = all.data_ptr<float>();
  for (const auto& position : positions) {
    *out++ = static_cast<float>(position.frame);
    *out++ = (position.row - grid.top) / grid.cells_per_token;
    *out++ = (position.column - grid.left) / grid.cells_per_token;
  }
  std::vector<torch::Tensor> axes;
  for (std::int64_t axis = 0; axis < 3; ++axis) {
    const auto along = all.select(1, axis);
    if (along.max().item<float>() > along.min().item<float>()) axes.push_back(along);
  }
  return axes.empty() ? torch::empty({all.size(0), 0}) : torch::stack(axes, 1);
}

/// Positions [N, E] are a table, or made of waves by a linear layer, or none.
class FusedTokenEmbedding final : public FusedStage {
 public:
  FusedTokenEmbedding(FusedLinear tokens, std::int64_t count, std::optional<FusedParameter> table,
                      std::optional<FusedLinear> places, const torch::Tensor& waves, std::optional<FusedLayerNorm> norm)
      : tokens_(tokens), count_(count), table_(table), places_(places), waves_(waves), norm_(norm) {}

  float* forward(float* in, std::int64_t rows, bool /*learn*/, Arena& arena) override {
    rows_ = rows;
    float* x = tokens_.forward(in, rows * count_, arena);
    const float* positions = table_ ? table_->value : nullptr;
    if (places_) positions = places_->forward(waves_.data_ptr<float>(), count_, arena);
    for (std::int64_t row = 0; row < rows && positions != nullptr; ++row)
      kernels::add(positions, x + row * size(), size());
    return norm_ ? norm_->forward(x, rows * count_, arena) : x;
  }

  float* backward(float* out_gradient, bool wanted, Arena& arena) override {
    if (norm_) out_gradient = norm_->backward(out_gradient);
    if (table_) kernels::add_rows(out_gradient, rows_, size(), table_->gradient);
    if (places_) {
      float* of_positions = arena.take(size());
      std::fill_n(of_positions, size(), 0.0F);
      kernels::add_rows(out_gradient, rows_, size(), of_positions);
      places_->backward(of_positions, false, arena);
    }
    return tokens_.backward(out_gradient, wanted, arena);
  }

 private:
  std::int64_t size() const { return count_ * tokens_.out(); }

  FusedLinear tokens_;
  std::int64_t count_;
  std::optional<FusedParameter> table_;
  std::optional<FusedLinear> places_;
  torch::Tensor waves_;
  std::optional<FusedLayerNorm> norm_;
  std::int64_t rows_ = 0;
};

}  // namespace

torch::Tensor sinusoidal_positions(const torch::Tensor& coordinates, std::int64_t width) {
  const auto axes = coordinates.size(1);
  auto encoding = torch::zeros({coordinates.size(0), width}, coordinates.options());
  if (axes == 0) return encoding;
  const auto pairs = width / (2 * axes);
  for (std::int64_t axis = 0; axis < axes; ++axis) {
    for (std::int64_t pair = 0; pair < pairs; ++pair) {
      const double wave = std::pow(10'000.0, static_cast<double>(pair) / static_cast<double>(pairs));
      const auto angle = coordinates.select(1, axis) / wave;
      const auto at = 2 * (axis * pairs + pair);
      encoding.select(1, at).copy_(angle.sin());
      encoding.select(1, at + 1).copy_(angle.cos());
    }
  }
  return encoding;
}

TokenEmbedding::TokenEmbedding(std::int64_t token_width, std::int64_t width, const TokenGrid& grid,
                               std::string_view positions, bool relu)
    : tokens_(register_module("tokens", torch::nn::Linear(token_width, width))) {
  if (positions == "sinusoidal") {
    waves_ = register_buffer("waves", sinusoidal_positions(varying_coordinates(grid), width));
    places_ = register_module("places", torch::nn::Linear(torch::nn::LinearOptions(width, width).bias(false)));
  } else if (positions == "learned") {
    table_ = register_module("table", torch::nn::Embedding(grid.tokens(), width));
  }
  if (relu) norm_ = register_module("norm", torch::nn::LayerNorm(torch::nn::LayerNormOptions({width})));
}

torch::Tensor TokenEmbedding::forward(const torch::Tensor& tokens) {
  auto x = tokens_(tokens);
  if (!places_.is_empty()) x = x + places_(waves_);
  if (!table_.is_empty()) x = x + table_->weight;
  return norm_.is_empty() ? x : norm_(x).relu_();
}

std::unique_ptr<FusedStage> TokenEmbedding::fused(std::int64_t count) {
  std::optional<FusedParameter> table;
  std::optional<FusedLinear> places;
  std::optional<FusedLayerNorm> norm;
  if (!table_.is_empty()) table.emplace(table_->weight);
  if (!places_.is_empty()) places.emplace(places_->weight, torch::Tensor(), false);
  if (!norm_.is_empty()) norm.emplace(norm_, true);
  return std::make_unique<FusedTokenEmbedding>(FusedLinear(tokens_, false), count, table, places, waves_, norm);
}

}  // namespace qarium::nn
