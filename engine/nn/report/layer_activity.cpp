#include "engine/nn/report/layer_activity.hpp"

#include <algorithm>

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
  return activity;
}

}  // namespace qarium::nn
