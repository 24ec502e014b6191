#include "engine/nn/report/layer_activity.hpp"

#include <algorithm>

#include "engine/nn/report/dormant_units.hpp"
#include "engine/nn/report/numbers.hpp"

namespace qarium::nn {

protocol::LayerActivity layer_activity(core::Stage stage, std::string layer, const torch::Tensor& output) {
  protocol::LayerActivity activity{.stage = stage, .layer = std::move(layer), .units = output.size(-1)};
  const auto shares = numbers((output.reshape({-1, output.size(-1)}) > 0).to(torch::kFloat).mean(0));
  constexpr auto kBins = protocol::LayerActivity::kBins;
  for (const float share : shares) {
    if (share == 0) ++activity.dead;
    const auto bin = static_cast<std::size_t>(share * static_cast<float>(kBins));
    ++activity.by_share[std::min(bin, kBins - 1)];
  }
  activity.dormant = static_cast<std::int64_t>(dormant_units(output).size());
  activity.states = output.size(0);
  if (output.dim() == 2) activity.effective_rank = effective_rank(output);
  return activity;
}

std::int64_t effective_rank(const torch::Tensor& features) {
  constexpr double kHeld = 0.99;
  const auto values = torch::linalg_svdvals(features.to(torch::kCPU).to(torch::kDouble));
  const double whole = values.sum().item<double>();
  if (!(whole > 0)) return 0;
  double held = 0;
  std::int64_t rank = 0;
  while (rank < values.size(0) && held < kHeld * whole)
    held += values[rank++].item<double>();
  return rank;
}

}  // namespace qarium::nn
