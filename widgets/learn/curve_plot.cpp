#include <algorithm>
#include <cmath>

#include "widgets/learn/curves_layout.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/plot_parts.hpp"

namespace qarium::widgets {
namespace {

constexpr float kBandStrength = 1.0F / 3;

/// Slots of the cache: raw and smooth of two scalars and the evaluation, for each plot.
std::size_t slot(const PlotSpec& spec, std::size_t which) {
  return static_cast<std::size_t>(spec.id) * 5 + which;
}

struct Curve {
  const core::Series* raw = nullptr;
  const core::Series* smooth = nullptr;
  std::span<const core::Column> raw_columns;
  std::span<const core::Column> smooth_columns;
  float strength = 1;
};

Curve curve(const PanelContext& context, const PlotSpec& spec, protocol::Scalar scalar, std::size_t first_slot,
            const Axis& steps, float width) {
  Curve result;
  const auto version = context.curves.version();
  result.raw = &context.curves.raw(scalar);
  result.smooth = &context.curves.smooth(scalar);
  result.raw_columns = cached(context, slot(spec, first_slot), *result.raw, version, steps, width);
  result.smooth_columns = cached(context, slot(spec, first_slot + 1), *result.smooth, version, steps, width / 2);
  return result;
}

void draw_curve(const PanelContext& context, const PlotSpec& spec, const Plot& plot, const Curve& curve, ImU32 color) {
  const auto& view = context.view;
  const float thickness = context.px(curve.strength < 1 ? 1.4F : 2);
  if (spec.exact) {
    draw_line(plot, curve.raw_columns, faded(color, curve.strength), thickness);
    return;
  }
  if (view.show_raw) {
    const ImU32 pale = faded(color, (view.show_smooth ? kBandStrength : 0.8F) * curve.strength);
    draw_band(plot, curve.raw_columns, pale);
    // Between points that stand apart a band has no height to be seen by.
    const auto flat = std::count_if(curve.raw_columns.begin(), curve.raw_columns.end(),
                                    [](const auto& column) { return column.minimum == column.maximum; });
    if (static_cast<std::size_t>(flat) * 2 > curve.raw_columns.size()) draw_line(plot, curve.raw_columns, pale, 1);
  }
  if (view.show_smooth) draw_line(plot, curve.smooth_columns, faded(color, curve.strength), thickness);
}

void draw_clip_value(const PanelContext& context, const Plot& plot) {
  const double limit = context.trainer.hyperparameters.max_grad_norm;
  const float y = plot.screen_y(limit);
  if (!(y > plot.area.min.y && y < plot.area.max.y)) return;
  plot.list.AddLine({plot.area.min.x, y}, {plot.area.max.x, y}, faded(context.theme.quiet, 0.6F));
}

/// The value at the time cursor, or the latest.
ShortText shown_value(const PanelContext& context, const PlotSpec& spec, const Curve& curve) {
  if (curve.raw->empty()) return {"–"};
  const auto& series = context.view.show_smooth && !spec.exact ? *curve.smooth : *curve.raw;
  const auto& hovered = context.view.transient.hovered_step;
  const auto column = series.nearest(hovered ? *hovered : series.last_x());
  return number(column.mean);
}

void draw_curve_plot_title(const PanelContext& context, const PlotSpec& spec, Rect row, std::span<const Curve> curves) {
  auto& list = *ImGui::GetWindowDrawList();
  auto& view = context.view;
  const auto& theme = context.theme;
  const int id = static_cast<int>(spec.id);
  const bool large = view.maximised == id;
  const auto enlarge = ShortText("curves.enlarge.").add(spec.name);
  const Rect icon = row.cut_right(context.px(18), context.px(2));
  if (draw_button(context, enlarge, icon,
                  {.icon = large ? Icon::Reduce : Icon::Enlarge,
                   .look = ButtonLook::Quiet,
                   .tooltip = large ? "Show all plots" : "Show this plot alone"})) {
    view.maximised = large ? -1 : id;
  }
  bool& log = view.log_axis[static_cast<std::size_t>(spec.id)];
  if (row.width() > context.px(150) || log) {
    const auto name = ShortText("curves.log.").add(spec.name);
    const Rect area = row.cut_right(context.px(34), context.px(4));
    if (draw_button(context, name, area,
                    {.label = "log", .look = ButtonLook::Quiet, .on = log, .tooltip = "Logarithmic axis"})) {
      log = !log;
      view.transient.y[static_cast<std::size_t>(spec.id)].reset();
    }
  }
  ShortText value = shown_value(context, spec, curves.front());
  if (curves.size() > 1) value.add(", ").add(shown_value(context, spec, curves.back()));
  const float title = text_width(context.fonts.title, spec.title);
  const float wide = text_width(context.fonts.number, value);
  if (row.width() >= title + wide + context.px(8)) {
    const bool pointed = view.transient.hovered_step.has_value();
    draw_text_in(list, context.fonts.number, row.cut_right(wide + 1, context.px(8)), pointed ? theme.text : theme.quiet,
                 value);
  }
  row.cut_left(draw_text_in(list, context.fonts.title, row, theme.text, spec.title), context.px(8));
  if (row.width() >= text_width(context.fonts.quiet, spec.unit)) {
    draw_text_in(list, context.fonts.quiet, row, theme.quiet, spec.unit);
  }
}

}  // namespace

void draw_plot(const PanelContext& context, const PlotSpec& spec, const Rect& cell, const Axis& steps,
               bool step_labels) {
  Rect rest = cell;
  const Rect title = cut_plot(context, rest, step_labels);
  if (rest.width() < 8 || rest.height() < 8) return;

  auto& transient = context.view.transient;
  std::array<Curve, 2> curves{curve(context, spec, spec.first, 0, steps, rest.width()), {}};
  const bool two = spec.second.has_value();
  if (two) {
    curves[1] = curve(context, spec, *spec.second, 2, steps, rest.width());
    curves[1].strength = 0.6F;
  }
  const std::span<const Curve> shown(curves.data(), two ? 2 : 1);
  std::span<const core::Column> evaluations;
  if (spec.id == PlotId::EpisodeReturn) {
    evaluations = cached(context, slot(spec, 4), context.curves.raw(protocol::Scalar::EvaluationReturn),
                         context.curves.version(), steps, rest.width() / 4);
  }

  Extent extent;
  for (const auto& each : shown) {
    extent.add(steps, context.view.show_raw || spec.exact ? each.raw_columns : each.smooth_columns);
  }
  extent.add(steps, evaluations);
  const bool log = context.view.log_axis[static_cast<std::size_t>(spec.id)];
  Axis values = fitted(extent.low, extent.high, extent.positive, log);
  if (const auto& range = transient.y[static_cast<std::size_t>(spec.id)]; range && range->high > range->low) {
    if (!log || range->low > 0) values = {range->low, range->high, log};
  }

  const Plot plot{*ImGui::GetWindowDrawList(), rest, steps, values, transient.plots.points};
  const auto name = ShortText("curves.").add(spec.name);
  const bool nothing = std::all_of(shown.begin(), shown.end(), [](const auto& each) { return each.raw->empty(); });
  if (nothing) {
    draw_text_in(plot.list, context.fonts.quiet, rest, context.theme.quiet, "nothing yet", Align::Centre);
    plot.list.AddLine({rest.min.x, rest.max.y}, rest.max, context.theme.line);
  } else {
    draw_axes(context, plot, step_labels);
  }
  plot.list.PushClipRect(rest.min, rest.max, true);
  const ImU32 color = plot_color(context.theme, spec);
  if (spec.id == PlotId::GradientNorm) draw_clip_value(context, plot);
  for (const auto& each : shown)
    draw_curve(context, spec, plot, each, color);
  draw_diamonds(plot, evaluations, context.theme.text, context.theme.panel, context.px(3));
  draw_stamps(context, plot);
  plot.list.PopClipRect();
  draw_curve_plot_title(context, spec, title, shown);
  draw_cursors(context, plot);
  navigate(context, static_cast<std::size_t>(spec.id), plot, name);
}

}  // namespace qarium::widgets
