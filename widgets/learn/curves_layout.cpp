#include "widgets/learn/curves_layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qarium::widgets {
namespace {

using core::Stage;
using protocol::Scalar;

constexpr std::array<PlotSpec, kPlotCount> kSpecs{{
    {PlotId::EpisodeReturn, "episode_return", "Episode return", "per episode", Scalar::EpisodeReturn, std::nullopt,
     &Theme::accent, Stage::Head},
    {PlotId::EpisodeLength, "episode_length", "Episode length", "steps", Scalar::EpisodeLength, std::nullopt, nullptr,
     Stage::Fusion},
    {PlotId::Loss, "loss", "Loss", "per update", Scalar::Loss, std::nullopt, nullptr, Stage::Encoder},
    {PlotId::MeanQ, "mean_q", "Mean max Q", "over the batch", Scalar::MeanQ, std::nullopt, nullptr, Stage::Memory},
    {PlotId::TdError, "td_error", "|TD error|", "p50, p95", Scalar::TdErrorP50, Scalar::TdErrorP95, nullptr,
     Stage::Attention},
    {PlotId::Epsilon, "epsilon", "Epsilon", "probability", Scalar::Epsilon, std::nullopt, &Theme::good, Stage::Head,
     true},
    {PlotId::GradientNorm, "gradient_norm", "Gradient norm", "", Scalar::GradientNorm, std::nullopt, nullptr,
     Stage::Fusion},
    {PlotId::StepsPerSecond, "steps_per_second", "Speed", "steps/s", Scalar::StepsPerSecond, std::nullopt, nullptr,
     Stage::Encoder},
}};

}  // namespace

std::span<const PlotSpec> plot_specs() {
  return kSpecs;
}

ImU32 plot_color(const Theme& theme, const PlotSpec& spec) {
  return spec.plain != nullptr ? theme.*spec.plain : theme.stage(spec.stage);
}

int plot_columns(float width, float height, int plots) {
  constexpr float kAspect = 2.6F;
  int best = 1;
  float least = 1e9F;
  for (int columns = 1; columns <= std::min(plots, 4); ++columns) {
    const int rows = (plots + columns - 1) / columns;
    const float plot_width = width / static_cast<float>(columns) - 56;
    const float plot_height = height / static_cast<float>(rows) - 38;
    if (plot_width < 100 && columns > 1) break;
    const float off =
        plot_height < 20 ? 3 + (20 - plot_height) / 20 : std::abs(std::log(plot_width / plot_height / kAspect));
    const float wasted = static_cast<float>(rows * columns - plots) / static_cast<float>(plots);
    if (off + wasted < least) {
      least = off + wasted;
      best = columns;
    }
  }
  return best;
}

}  // namespace qarium::widgets
