#include "widgets/learn/return_curves.hpp"

#include <algorithm>
#include <cmath>
#include <span>

#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

/// Probability that the axis may leave out at either end.
constexpr float kLeftOut = 0.002F;
/// Width of a quantile's bump, as a share of the axis.
constexpr float kSmoothing = 0.03F;

std::span<const float> of_action(const protocol::ReturnDistribution& returns, std::int64_t action) {
  const auto n = static_cast<std::size_t>(returns.of_action());
  return std::span(returns.numbers).subspan(static_cast<std::size_t>(action) * n, n);
}

float atom(const protocol::ReturnDistribution& returns, std::size_t i) {
  return returns.v_min +
         (returns.v_max - returns.v_min) * static_cast<float>(i) / static_cast<float>(returns.of_action() - 1);
}

/// Where there is any probability to speak of.
void find_axis(const protocol::ReturnDistribution& returns, ReturnCurves& curves) {
  float low = INFINITY;
  float high = -INFINITY;
  for (std::int64_t action = 0; action < returns.actions; ++action) {
    const auto its = of_action(returns, action);
    if (!returns.categorical) {
      low = std::min(low, its.front());
      high = std::max(high, its.back());
      continue;
    }
    for (std::size_t i = 0; i < its.size(); ++i) {
      if (!(its[i] > kLeftOut)) continue;
      low = std::min(low, atom(returns, i));
      high = std::max(high, atom(returns, i));
    }
  }
  if (!std::isfinite(low) || !std::isfinite(high)) low = high = 0;
  const float margin = std::max(0.08F * (high - low), 1e-3F + 1e-3F * std::abs(high));
  curves.low = low - margin;
  curves.high = high + margin;
}

/// Straight lines between the atoms.
float density_of_atoms(const protocol::ReturnDistribution& returns, std::span<const float> its, float at) {
  const float distance = (returns.v_max - returns.v_min) / static_cast<float>(its.size() - 1);
  const float place = (at - returns.v_min) / distance;
  if (!(place >= 0 && place <= static_cast<float>(its.size() - 1))) return 0;
  const auto below = std::min(static_cast<std::size_t>(place), its.size() - 2);
  const float share = place - static_cast<float>(below);
  return its[below] * (1 - share) + its[below + 1] * share;
}

float density_of_quantiles(std::span<const float> its, float width, float at) {
  float sum = 0;
  for (const float quantile : its) {
    const float away = (at - quantile) / width;
    sum += std::exp(-0.5F * away * away);
  }
  return sum;
}

float mean_of(const protocol::ReturnDistribution& returns, std::span<const float> its) {
  float mean = 0;
  for (std::size_t i = 0; i < its.size(); ++i)
    mean += returns.categorical ? its[i] * atom(returns, i) : its[i] / static_cast<float>(its.size());
  return mean;
}

/// One action's curve and its mean.
void draw_curve(const PanelContext& context, const ReturnCurves& curves, const Rect& plot, std::size_t action,
                bool strong) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const ImU32 color = theme.stage(strong ? core::Stage::Head : core::Stage::Fusion);
  const auto x = [&](float at) { return plot.min.x + (at - curves.low) / (curves.high - curves.low) * plot.width(); };
  const auto point = [&](std::size_t i) {
    return ImVec2(x(curves.at(i)), plot.max.y - curves.densities[action * ReturnCurves::kPoints + i] * plot.height());
  };
  auto& points = context.view.transient.plots.points;
  points.clear();
  for (std::size_t i = 0; i < ReturnCurves::kPoints; ++i)
    points.push_back(point(i));
  const ImU32 ground = faded(color, strong ? 0.45F : 0.14F);
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    list.AddQuadFilled(points[i], points[i + 1], {points[i + 1].x, plot.max.y}, {points[i].x, plot.max.y}, ground);
  }
  list.AddPolyline(points.data(), static_cast<int>(points.size()), color, 0, context.px(strong ? 2.0F : 1.2F));
  const float at = std::round(x(curves.means[action]));
  list.AddLine({at, plot.max.y - context.px(strong ? 14.0F : 8.0F)}, {at, plot.max.y + context.px(4)}, color,
               context.px(strong ? 2.0F : 1.0F));
}

}  // namespace

ReturnCurves return_curves(const protocol::ReturnDistribution& returns) {
  ReturnCurves curves;
  find_axis(returns, curves);
  const float width = std::max(kSmoothing * (curves.high - curves.low), 1e-9F);
  float most = 0;
  for (std::int64_t action = 0; action < returns.actions; ++action) {
    const auto its = of_action(returns, action);
    curves.means.push_back(mean_of(returns, its));
    for (std::size_t i = 0; i < ReturnCurves::kPoints; ++i) {
      const float at = curves.at(i);
      const float density =
          returns.categorical ? density_of_atoms(returns, its, at) : density_of_quantiles(its, width, at);
      curves.densities.push_back(std::isfinite(density) ? density : 0);
      most = std::max(most, curves.densities.back());
    }
  }
  for (auto& density : curves.densities)
    density /= std::max(most, 1e-9F);
  return curves;
}

void draw_return_curves(const PanelContext& context, const Rect& area, int chosen) {
  constexpr std::string_view kName = "action_values.returns";
  const auto& returns = context.stage.moment.returns;
  if (!returns) return;
  auto& list = *ImGui::GetWindowDrawList();
  const auto curves = return_curves(*returns);
  Rect plot = area;
  const Rect ticks = plot.cut_bottom(context.px(16));
  plot.cut_top(context.px(4));
  list.AddLine({plot.min.x, plot.max.y}, {plot.max.x, plot.max.y}, context.theme.line);
  for (std::size_t action = 0; action < curves.means.size(); ++action)
    if (static_cast<int>(action) != chosen) draw_curve(context, curves, plot, action, false);
  if (chosen >= 0 && static_cast<std::size_t>(chosen) < curves.means.size())
    draw_curve(context, curves, plot, static_cast<std::size_t>(chosen), true);
  draw_text_in(list, context.fonts.quiet, ticks, context.theme.quiet, number(curves.low));
  draw_text_in(list, context.fonts.quiet, ticks, context.theme.quiet, number(curves.high), Align::Right);
  draw_text_in(list, context.fonts.quiet, ticks, context.theme.quiet, "expected return", Align::Centre);
  const auto state = interact(context, kName, area);
  ShortText help("The distribution of each action's return; lines: means. Strong: ");
  help.add(chosen >= 0 ? action_name(context.stage, chosen) : std::string_view("none")).add(".");
  tooltip(context, kName, state, help);
}

}  // namespace qarium::widgets
