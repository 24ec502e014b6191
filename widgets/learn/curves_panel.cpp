#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "widgets/actions.hpp"
#include "widgets/curves/curves.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/curves/plot_parts.hpp"
#include "widgets/learn/curve_plot.hpp"
#include "widgets/learn/learn_panels.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"

namespace qarium::widgets {
namespace {

constexpr float kToolsWidth = 270;
constexpr std::array<int, 6> kSpans{1, 10, 50, 200, 1000, 5000};
constexpr std::array<std::string_view, 6> kSpanNames{"mean of 1",   "mean of 10",    "mean of 50",
                                                     "mean of 200", "mean of 1,000", "mean of 5,000"};
constexpr std::array<std::string_view, 3> kShown{"raw + smooth", "smooth", "raw"};

/// The plots of the metrics that are known; made anew where these are others.
struct ShownPlots {
  std::shared_ptr<const std::vector<protocol::Metric>> metrics;
  std::vector<PlotSpec> plots;
};

std::span<const PlotSpec> shown_plots(const PanelContext& context) {
  auto& shown = context.view.of<ShownPlots>();
  if (shown.metrics != context.trainer.metrics) {
    shown.metrics = context.trainer.metrics;
    shown.plots = shown.metrics == nullptr ? std::vector<PlotSpec>() : plot_specs(*shown.metrics);
  }
  return shown.plots;
}

/// The switch of TensorBoard's event file.
Button tensorboard_button(const PanelContext& context) {
  const auto& status = context.trainer.status;
  return {.label = "TensorBoard",
          .look = ButtonLook::Quiet,
          .enabled = !status.run.empty(),
          .on = status.tensorboard,
          .waiting = context.pending.waiting_for<protocol::RecordTensorboard>(),
          .tooltip = status.run.empty()   ? "This run writes no files, so there is none for TensorBoard."
                     : status.tensorboard ? "TensorBoard's event file is written to the run's folder. Click to stop."
                                          : "Write the curves and pictures for TensorBoard to the run's folder."};
}

void draw_curves_tools(const PanelContext& context, Rect tools) {
  auto& view = context.view.of<CurvesState>();
  const auto tensorboard = tensorboard_button(context);
  const float wide = button_width(context, tensorboard);
  if (tools.width() > wide + context.px(kToolsWidth) - 1 &&
      draw_button(context, "curves.tensorboard", tools.cut_left(wide, context.px(4)), tensorboard)) {
    send(context, protocol::RecordTensorboard{!context.trainer.status.tensorboard});
  }
  const Rect fit = tools.cut_right(context.px(34), context.px(4));
  if (draw_button(
          context, "curves.fit", fit,
          {.label = "fit",
           .look = ButtonLook::Quiet,
           .on = view.follow && view.zoomed.empty(),
           .tooltip = "Show everything and follow what is new. Wheel zooms, drag moves, right drag draws a box, "
                      "double click fits."})) {
    view.follow = true;
    view.zoomed.clear();
  }
  const Rect shown = tools.cut_right(context.px(106), context.px(4));
  const std::size_t now = view.show_raw && view.show_smooth ? 0 : view.show_smooth ? 1 : 2;
  if (const auto picked = draw_choice(context, "curves.shown", shown, kShown[now], kShown, now, ButtonLook::Quiet)) {
    view.show_raw = *picked != 1;
    view.show_smooth = *picked != 2;
  }
  if (tools.width() < context.px(60)) return;
  const auto at = std::min_element(kSpans.begin(), kSpans.end(), [&](int a, int b) {
    return std::abs(a - view.smoothing) < std::abs(b - view.smoothing);
  });
  const auto chosen = static_cast<std::size_t>(at - kSpans.begin());
  if (const auto picked =
          draw_choice(context, "curves.smoothing", tools, kSpanNames[chosen], kSpanNames, chosen, ButtonLook::Quiet)) {
    view.smoothing = kSpans[*picked];
  }
}

ShortText quiet_line(const PanelContext& context, const Axis& steps) {
  ShortText text;
  const auto& curves = context.models.of<Curves>();
  if (curves.empty()) return text.add("nothing yet");
  if (context.view.of<CurvesState>().follow) return text.add(count(std::llround(curves.last_x()))).add(" steps");
  text.add("steps ").add(count(std::max(0LL, std::llround(steps.low)))).add(" to ");
  return text.add(count(std::llround(steps.high)));
}

void draw_all_plots(const PanelContext& context, std::span<const PlotSpec> specs, const Axis& steps, const Rect& area,
                    Panel& panel) {
  const int plots = static_cast<int>(specs.size());
  const Rect inner = area.shrunk(context.px(12), context.px(12));
  const float room = inner.height() - context.px(32);
  const int columns = plot_columns(inner.width() / context.scale, room / context.scale, plots);
  const int rows = (plots + columns - 1) / columns;
  const Rect body = panel.begin_body(static_cast<float>(rows) * context.px(72) + context.px(12));
  const float gap = context.px(14);
  // The last row is higher by the room of the step labels, so that all plots are equally high.
  const float labels = context.px(12);
  const float width = (body.width() - gap * static_cast<float>(columns - 1)) / static_cast<float>(columns);
  const float height = (body.height() - labels) / static_cast<float>(rows);
  for (int i = 0; i < plots; ++i) {
    const int row = i / columns;
    const bool lowest = i + columns >= plots;
    const ImVec2 corner{body.min.x + static_cast<float>(i % columns) * (width + gap),
                        body.min.y + static_cast<float>(row) * height};
    const Rect cell{corner, {corner.x + width, corner.y + height - context.px(4) + (lowest ? labels : 0)}};
    draw_plot(context, specs[static_cast<std::size_t>(i)], cell, steps, lowest);
  }
}

}  // namespace

void draw_curves(const PanelContext& context, const Rect& area) {
  const Axis steps = shown_steps(context);
  float tools = context.px(area.width() < context.px(430) ? 150 : kToolsWidth);
  const float more = button_width(context, tensorboard_button(context)) + context.px(4);
  if (area.width() - tools - more > context.px(175)) tools += more;
  Panel panel(context, "Curves", quiet_line(context, steps), context.theme.accent, area, tools);
  if (panel.folded()) return;
  draw_curves_tools(context, panel.tools());
  const auto specs = shown_plots(context);
  const auto& maximised = context.view.of<CurvesState>().maximised;
  const auto alone =
      std::find_if(specs.begin(), specs.end(), [&](const auto& spec) { return spec.title == maximised; });
  if (alone != specs.end()) {
    draw_plot(context, *alone, panel.begin_body(), steps, true);
  } else if (specs.empty()) {
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.text, panel.begin_body(), context.theme.quiet,
                 "nothing is measured yet", Align::Centre);
  } else {
    draw_all_plots(context, specs, steps, area, panel);
  }
}

}  // namespace qarium::widgets
