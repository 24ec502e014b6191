#include "widgets/curves_layout.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/controls.hpp"

namespace qarium::widgets {
namespace {

using core::Scalar;
using core::Stage;

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

constexpr double kLeastSpan = 10;

void set_span(Transient& transient, const Curves& curves, double from, double to) {
  const double whole = std::max(curves.last_x(), kLeastSpan);
  const double span = std::clamp(to - from, kLeastSpan, 1.5 * whole);
  const double middle = std::clamp((from + to) / 2, 0.0, whole);
  transient.follow = false;
  transient.from = middle - span / 2;
  transient.to = middle + span / 2;
}

void zoom(const PanelContext& context, const PlotSpec& spec, const Plot& plot, float wheel) {
  auto& transient = context.view.transient;
  const auto& mouse = ImGui::GetIO().MousePos;
  const double factor = std::pow(0.85, static_cast<double>(wheel));
  if (ImGui::GetIO().KeyShift) {
    const float share = (plot.area.max.y - mouse.y) / plot.area.height();
    transient.y[static_cast<std::size_t>(spec.id)] = {plot.y.value(share - share * static_cast<float>(factor)),
                                                      plot.y.value(share + (1 - share) * static_cast<float>(factor))};
    return;
  }
  const double at = plot.x.value((mouse.x - plot.area.min.x) / plot.area.width());
  set_span(transient, context.curves, at - (at - plot.x.low) * factor, at + (plot.x.high - at) * factor);
}

void pan(const PanelContext& context, const PlotSpec& spec, const Plot& plot) {
  auto& transient = context.view.transient;
  const auto& delta = ImGui::GetIO().MouseDelta;
  if (delta.x != 0) {
    const double by = -static_cast<double>(delta.x / plot.area.width()) * (plot.x.high - plot.x.low);
    set_span(transient, context.curves, plot.x.low + by, plot.x.high + by);
  }
  // Up and down only where the plot no longer fits itself, or it would leave at the first careless movement.
  auto& range = transient.y[static_cast<std::size_t>(spec.id)];
  if (delta.y != 0 && range) {
    const float by = delta.y / plot.area.height();
    range = {plot.y.value(by), plot.y.value(1 + by)};
  }
}

void finish_box(const PanelContext& context, const PlotSpec& spec, const Plot& plot) {
  auto& transient = context.view.transient;
  const auto& mouse = ImGui::GetIO().MousePos;
  transient.boxed_plot = -1;
  const auto [left, right] = std::minmax(transient.box_x, mouse.x);
  const auto [top, bottom] = std::minmax(transient.box_y, mouse.y);
  if (right - left < context.px(6) || bottom - top < context.px(6)) return;
  const auto share_x = [&](float x) { return std::clamp((x - plot.area.min.x) / plot.area.width(), 0.0F, 1.0F); };
  const auto share_y = [&](float y) { return std::clamp((plot.area.max.y - y) / plot.area.height(), 0.0F, 1.0F); };
  transient.y[static_cast<std::size_t>(spec.id)] = {plot.y.value(share_y(bottom)), plot.y.value(share_y(top))};
  set_span(transient, context.curves, plot.x.value(share_x(left)), plot.x.value(share_x(right)));
}

void box(const PanelContext& context, const PlotSpec& spec, const Plot& plot, bool begins) {
  auto& transient = context.view.transient;
  const auto& mouse = ImGui::GetIO().MousePos;
  const int id = static_cast<int>(spec.id);
  if (begins) {
    transient.boxed_plot = id;
    transient.box_x = mouse.x;
    transient.box_y = mouse.y;
  }
  if (transient.boxed_plot != id) return;
  if (!ImGui::IsMouseDown(0) && !ImGui::IsMouseDown(1)) {
    finish_box(context, spec, plot);
    return;
  }
  const Rect drawn = Rect{{std::min(transient.box_x, mouse.x), std::min(transient.box_y, mouse.y)},
                          {std::max(transient.box_x, mouse.x), std::max(transient.box_y, mouse.y)}}
                         .intersection(plot.area);
  fill(plot.list, drawn, faded(context.theme.accent, 0.15F));
  outline(plot.list, drawn, context.theme.accent);
}

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

Axis shown_steps(const Curves& curves, const Transient& transient) {
  if (!transient.follow) return {transient.from, transient.to, false};
  const double first = curves.first_x() < 0.2 * curves.last_x() ? 0 : curves.first_x();
  return {first, std::max(curves.last_x(), first + kLeastSpan), false};
}

void navigate(const PanelContext& context, const PlotSpec& spec, const Plot& plot, std::string_view name) {
  const auto state = interact(context, name, plot.area);
  auto& transient = context.view.transient;
  const auto& io = ImGui::GetIO();
  if (state.hovered) {
    transient.hovered_step_next = plot.x.value((io.MousePos.x - plot.area.min.x) / plot.area.width());
    if (ImGui::IsMouseDoubleClicked(0)) {
      transient.follow = true;
      transient.y[static_cast<std::size_t>(spec.id)].reset();
      return;
    }
    if (io.MouseWheel != 0 && (io.KeyCtrl || !transient.workspace_scrolls)) zoom(context, spec, plot, io.MouseWheel);
  }
  const bool begins = state.hovered && (ImGui::IsMouseClicked(1) || (ImGui::IsMouseClicked(0) && io.KeyShift));
  box(context, spec, plot, begins);
  if (state.held && transient.boxed_plot < 0 && ImGui::IsMouseDragging(0, 3)) pan(context, spec, plot);
}

}  // namespace qarium::widgets
