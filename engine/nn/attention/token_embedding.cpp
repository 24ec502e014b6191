#include "engine/nn/attention/token_embedding.hpp"

#include <cmath>

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
  if (grid.frames > 1) axes.push_back(all.select(1, 0));
  if (grid.rows > 1) axes.push_back(all.select(1, 1));
  if (grid.columns > 1) axes.push_back(all.select(1, 2));
  return axes.empty() ? torch::empty({all.size(0), 0}) : torch::stack(axes, 1);
}

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

}  // namespace qarium::nn
