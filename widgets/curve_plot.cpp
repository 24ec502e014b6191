#include <algorithm>
#include <cmath>

#include "widgets/controls.hpp"
#include "widgets/curves_layout.hpp"
#include "widgets/format.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTitle = 20;
constexpr float kStepLabels = 16;
constexpr float kValueLabels = 48;
constexpr std::size_t kStampsDashed = 24;
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

struct Extent {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double positive = std::numeric_limits<double>::infinity();

  void add(const Axis& steps, std::span<const core::Column> columns) {
    for (const auto& column : columns) {
      if (column.x < steps.low || column.x > steps.high) continue;
      low = std::min(low, static_cast<double>(column.minimum));
      high = std::max(high, static_cast<double>(column.maximum));
      if (column.minimum > 0) positive = std::min(positive, static_cast<double>(column.minimum));
    }
  }
};

std::span<const core::Column> cached(const PanelContext& context, std::size_t at, const core::Series& series,
                                     const Axis& steps, float width) {
  if (series.empty()) return {};
  const auto columns = static_cast<std::size_t>(std::max(8.0F, width));
  return context.view.transient.plots.columns(at, series, context.curves.version(), steps.low, steps.high, columns);
}

Curve curve(const PanelContext& context, const PlotSpec& spec, core::Scalar scalar, std::size_t first_slot,
            const Axis& steps, float width) {
  Curve result;
  result.raw = &context.curves.raw(scalar);
  result.smooth = &context.curves.smooth(scalar);
  result.raw_columns = cached(context, slot(spec, first_slot), *result.raw, steps, width);
  result.smooth_columns = cached(context, slot(spec, first_slot + 1), *result.smooth, steps, width / 2);
  return result;
}

/// "400 k", or "1.02k" where that is too wide.
ShortText axis_label(const ImFont* font, double value, float room) {
  const auto text = compact(value);
  if (text_width(font, text) <= room) return text;
  ShortText narrow;
  for (const char letter : text.view()) {
    if (letter != ' ') narrow.add({&letter, 1});
  }
  return narrow;
}

void draw_axes(const PanelContext& context, const Plot& plot, bool step_labels) {
  auto& list = plot.list;
  const auto& theme = context.theme;
  const auto* font = context.fonts.number;
  const int most_y = std::clamp(static_cast<int>(plot.area.height() / context.px(30)), 2, 6);
  float last_y = 1e9F;
  for (const double at : ticks(plot.y, most_y)) {
    const float y = std::round(plot.screen_y(at));
    if (y < plot.area.min.y - 1 || y > plot.area.max.y + 1) continue;
    list.AddLine({plot.area.min.x, y}, {plot.area.max.x, y}, theme.line_quiet);
    if (last_y - y < font->FontSize) continue;
    last_y = y;
    const Rect label{{plot.area.min.x - context.px(kValueLabels), y - font->FontSize / 2},
                     {plot.area.min.x - context.px(6), y + font->FontSize / 2}};
    draw_text_in(list, font, label, theme.quiet, axis_label(font, at, label.width()), Align::Right);
  }
  list.AddLine({plot.area.min.x, plot.area.max.y}, {plot.area.max.x, plot.area.max.y}, theme.line);
  if (!step_labels) return;
  const int most_x = std::clamp(static_cast<int>(plot.area.width() / context.px(64)), 3, 10);
  float free = plot.area.min.x - 1;
  for (const double at : ticks(plot.x, most_x)) {
    const float x = plot.screen_x(at);
    const auto text = compact(at);
    const float half = text_width(font, text) / 2;
    const float left = std::clamp(x - half, plot.area.min.x, plot.area.max.x - 2 * half);
    if (left < free) continue;
    free = left + 2 * half + context.px(8);
    draw_text(list, font, {left, plot.area.max.y + context.px(3)}, theme.quiet, text);
  }
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

void draw_stamps(const PanelContext& context, const Plot& plot) {
  const auto& stamps = context.curves.stamps();
  const ImU32 color = context.theme.attention;
  const float size = context.px(4);
  float before = -1e9F;
  std::size_t drawn = 0;
  for (const auto& stamp : stamps) {
    const auto step = static_cast<double>(stamp.step);
    if (step < plot.x.low || step > plot.x.high) continue;
    const float x = std::round(plot.screen_x(step));
    if (x - before < 1) continue;
    before = x;
    if (++drawn <= kStampsDashed) {
      draw_dashes(plot, step, color, context.px(3));
    } else {
      plot.list.AddRectFilled({x, plot.area.min.y}, {x + 1, plot.area.max.y}, faded(color, 0.4F));
    }
    plot.list.AddTriangleFilled({x - size, plot.area.min.y}, {x + size, plot.area.min.y},
                                {x, plot.area.min.y + 1.5F * size}, color);
  }
}

/// The stamps near the pointer, in words.
void tell_stamps(const PanelContext& context, const Plot& plot) {
  const auto& mouse = ImGui::GetIO().MousePos;
  if (context.view.transient.boxed_plot >= 0) return;
  bool open = false;
  int told = 0;
  for (const auto& stamp : context.curves.stamps()) {
    const auto step = static_cast<double>(stamp.step);
    if (step < plot.x.low || step > plot.x.high) continue;
    if (std::abs(plot.screen_x(step) - mouse.x) > context.px(5) || told == 8) continue;
    if (!open) {
      begin_tooltip(context);
      ImGui::PushFont(context.fonts.number);
      open = true;
    }
    ++told;
    ImGui::Text("step %s", count(stamp.step).c_str());
    ImGui::PushStyleColor(ImGuiCol_Text, context.theme.attention);
    ImGui::Text("%s %s", stamp.name.c_str(), stamp.value.c_str());
    ImGui::PopStyleColor();
  }
  if (!open) return;
  ImGui::PopFont();
  end_tooltip();
}

void draw_cursors(const PanelContext& context, const Plot& plot, bool pointed_here) {
  const auto line = [&](double step, ImU32 color) {
    if (step < plot.x.low || step > plot.x.high) return;
    const float x = std::round(plot.screen_x(step));
    plot.list.AddRectFilled({x, plot.area.min.y}, {x + 1, plot.area.max.y}, color);
  };
  if (!context.stage.moment.action_values.empty()) {
    line(static_cast<double>(context.stage.moment.parameters.environment_steps), faded(context.theme.quiet, 0.8F));
  }
  const auto& hovered = context.view.transient.hovered_step;
  if (!hovered) return;
  line(*hovered, context.theme.text);
  if (!pointed_here) return;
  ShortText text("step ");
  text.add(count(std::llround(*hovered)));
  const float width = text_width(context.fonts.number, text) + context.px(12);
  const float x = std::clamp(plot.screen_x(*hovered) - width / 2, plot.area.min.x, plot.area.max.x - width);
  const float height = context.fonts.number->FontSize + context.px(4);
  const Rect label{{x, plot.area.max.y - height}, {x + width, plot.area.max.y}};
  fill(plot.list, label, context.theme.raised, context.px(3));
  outline(plot.list, label, context.theme.line, context.px(3));
  draw_text_in(plot.list, context.fonts.number, label, context.theme.text, text, Align::Centre);
}

/// The value at the time cursor, or the latest.
ShortText shown_value(const PanelContext& context, const PlotSpec& spec, const Curve& curve) {
  if (curve.raw->empty()) return {"–"};
  const auto& series = context.view.show_smooth && !spec.exact ? *curve.smooth : *curve.raw;
  const auto& hovered = context.view.transient.hovered_step;
  const auto column = series.nearest(hovered ? *hovered : series.last_x());
  return number(column.mean);
}

void draw_title(const PanelContext& context, const PlotSpec& spec, Rect row, std::span<const Curve> curves) {
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
  const Rect title = rest.cut_top(context.px(kTitle), context.px(4));
  rest.cut_left(context.px(kValueLabels));
  rest.cut_bottom(context.px(step_labels ? kStepLabels : 4));
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
    evaluations =
        cached(context, slot(spec, 4), context.curves.raw(core::Scalar::EvaluationReturn), steps, rest.width() / 4);
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
  draw_title(context, spec, title, shown);
  const bool pointed =
      !ImGui::IsAnyItemActive() && ImGui::IsMouseHoveringRect(rest.min, rest.max) && ImGui::IsWindowHovered();
  draw_cursors(context, plot, pointed);
  if (pointed) tell_stamps(context, plot);
  navigate(context, spec, plot, name);
}

}  // namespace qarium::widgets
