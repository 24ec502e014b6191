#include "widgets/learn/curve_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <vector>

#include "widgets/actions.hpp"
#include "widgets/curves/curves.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/curves/plot_parts.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/robust_range.hpp"

namespace qarium::widgets {
namespace {

constexpr float kBandStrength = 1.0F / 3;
/// Each further metric of a plot is so much fainter than the one before it.
constexpr float kFainter = 0.6F;

using protocol::MetricStyle;

struct Curve {
  MetricStyle style = MetricStyle::Measured;
  const core::Series* raw = nullptr;
  const core::Series* smooth = nullptr;
  std::span<const core::Column> raw_columns;
  std::span<const core::Column> smooth_columns;
  float strength = 1;
};

std::vector<Curve> curves_of(const PanelContext& context, const PlotSpec& spec, const Axis& steps, float width) {
  const auto& curves = context.models.of<Curves>();
  std::vector<Curve> result;
  float strength = 1;
  for (const auto& line : spec.lines) {
    Curve curve{line.style, &curves.raw(line.metric), &curves.smooth(line.metric), {}, {}, strength};
    const bool marks = line.style == MetricStyle::Marks;
    curve.raw_columns = cached(context, *curve.raw, curves.version(), steps, marks ? width / 4 : width);
    if (line.style == MetricStyle::Measured)
      curve.smooth_columns = cached(context, *curve.smooth, curves.version(), steps, width / 2);
    if (!marks) strength *= kFainter;
    result.push_back(curve);
  }
  return result;
}

void draw_curve(const PanelContext& context, const Plot& plot, const Curve& curve, ImU32 color) {
  const auto& view = context.view.of<CurvesState>();
  const float thickness = context.px(curve.strength < 1 ? 1.4F : 2);
  if (curve.style == MetricStyle::Exact) {
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

/// A hyperparameter whose value is a line across the plot.
void draw_plot_level(const PanelContext& context, const Plot& plot, std::string_view name) {
  const auto parameters = config::parameters();
  const auto found =
      std::find_if(parameters.begin(), parameters.end(), [&](const auto& row) { return row.name == name; });
  if (found == parameters.end()) return;
  const auto value = config::get(context.trainer.hyperparameters, *found);
  const auto* real = std::get_if<double>(&value);
  const auto* whole = std::get_if<std::int64_t>(&value);
  if (real == nullptr && whole == nullptr) return;
  const float y = plot.screen_y(real != nullptr ? *real : static_cast<double>(*whole));
  if (!(y > plot.area.min.y && y < plot.area.max.y)) return;
  plot.list.AddLine({plot.area.min.x, y}, {plot.area.max.x, y}, faded(context.theme.quiet, 0.6F));
}

/// Whether the numbers beside titles are means: what is made by hand, step by step, is told as it is.
bool shows_mean(const PanelContext& context) {
  const bool by_hand = !learning_runs(context.trainer.status) && !context.view.transient.hovered_step;
  return context.view.of<CurvesState>().show_smooth && !by_hand;
}

/// While learning stands still its newest points carry a dot.
void draw_newest(const PanelContext& context, const Plot& plot, const Curve& curve, ImU32 color) {
  if (curve.style != MetricStyle::Measured || curve.raw->empty() || learning_runs(context.trainer.status)) return;
  const auto last = curve.raw->last();
  plot.list.AddCircleFilled({plot.screen_x(last.x), plot.screen_y(static_cast<double>(last.mean))}, context.px(3),
                            faded(color, curve.strength), 12);
}

/// What no value can be above.
void draw_bound(const PanelContext& context, const Plot& plot) {
  const double bound = context.trainer.status.value_bound;
  if (!std::isfinite(bound)) return;
  const float y = std::round(plot.screen_y(bound));
  if (!(y > plot.area.min.y && y < plot.area.max.y)) return;
  const auto level = static_cast<float>(bound);
  const std::array<core::Column, 2> ends{{{plot.x.low, level, level, level}, {plot.x.high, level, level, level}}};
  draw_dashed_line(plot, ends, context.theme.attention, 1, context.px(4));
  const auto* font = context.fonts.quiet;
  const auto text = ShortText("bound ").add(number(bound));
  const float above = y - font->FontSize - 1;
  const Rect label{{plot.area.min.x + context.px(4), above >= plot.area.min.y ? above : y + 1}, plot.area.max};
  draw_text(plot.list, font, label.min, context.theme.attention, text);
}

/// The value at the time cursor, or the latest.
ShortText shown_value(const PanelContext& context, const Curve& curve) {
  if (curve.raw->empty()) return {"–"};
  const bool smooth = shows_mean(context) && curve.style == MetricStyle::Measured;
  const auto& series = smooth ? *curve.smooth : *curve.raw;
  const auto& hovered = context.view.transient.hovered_step;
  const auto column = hovered ? series.nearest(*hovered) : series.last();
  return number(column.mean);
}

ShortText shown_values(const PanelContext& context, std::span<const Curve> curves) {
  ShortText text;
  for (const auto& curve : curves) {
    if (curve.style == MetricStyle::Marks && curves.size() > 1) continue;
    text.add(text.empty() ? "" : ", ").add(shown_value(context, curve));
  }
  return text;
}

/// Rescaled values cannot be laid beside returns.
bool bounded(const PanelContext& context) {
  const auto& h = context.trainer.hyperparameters;
  return h.memory.kind == "none" || !h.value_rescaling;
}

/// Of a metric: the value at the time cursor, or the latest; smooth where smooth is shown.
std::optional<double> value_of(const PanelContext& context, protocol::MetricId metric) {
  const auto& curves = context.models.of<Curves>();
  const auto& series = context.view.of<CurvesState>().show_smooth ? curves.smooth(metric) : curves.raw(metric);
  if (series.empty()) return std::nullopt;
  const auto& hovered = context.view.transient.hovered_step;
  return static_cast<double>((hovered ? series.nearest(*hovered) : series.last()).mean);
}

/// How far the estimate lies above what it estimates: "bias +12.3".
ShortText bias_words(const PanelContext& context, const PlotSpec& spec) {
  if (!spec.bias || !bounded(context)) return {};
  const auto estimate = value_of(context, spec.bias->estimate);
  const auto truth = value_of(context, spec.bias->truth);
  if (!estimate || !truth) return {};
  return ShortText("bias ").add(signed_number(*estimate - *truth));
}

/// "mean of 50 points", of the numbers beside a title; empty where they are single ones.
ShortText window_words(const PanelContext& context, std::span<const Curve> curves) {
  const auto& view = context.view.of<CurvesState>();
  const bool measured =
      std::any_of(curves.begin(), curves.end(), [](const auto& each) { return each.style == MetricStyle::Measured; });
  if (!measured || view.smoothing <= 1 || !view.show_smooth) return {};
  if (!shows_mean(context)) return {"the last one"};
  return ShortText("mean of ").add(count(view.smoothing));
}

/// `wanted` is what title and number need.
void draw_plot_buttons(const PanelContext& context, const PlotSpec& spec, Rect& row, float wanted) {
  auto& view = context.view.of<CurvesState>();
  const bool large = view.maximised == spec.title;
  const Rect icon = row.cut_right(context.px(18), context.px(2));
  if (draw_button(context, ShortText("curves.enlarge.").add(spec.control), icon,
                  {.icon = large ? Icon::Reduce : Icon::Enlarge,
                   .look = ButtonLook::Quiet,
                   .tooltip = large ? "Show all plots" : "Show this plot alone"})) {
    view.maximised = large ? std::string() : spec.title;
  }
  const bool log = view.log_axis.contains(spec.title);
  if (row.width() <= context.px(150) && !log) return;
  if (row.width() - context.px(38) < wanted && row.width() >= wanted && !log) return;
  const Rect area = row.cut_right(context.px(34), context.px(4));
  if (draw_button(context, ShortText("curves.log.").add(spec.control), area,
                  {.label = "log", .look = ButtonLook::Quiet, .on = log, .tooltip = "Logarithmic axis"})) {
    if (log) {
      view.log_axis.erase(spec.title);
    } else {
      view.log_axis.insert(spec.title);
    }
    view.zoomed.erase(spec.title);
  }
}

/// As many of the numbers as there is room for.
ShortText fitting_values(const PanelContext& context, const PlotSpec& spec, std::span<const Curve> curves, float room) {
  const auto all = shown_values(context, curves);
  const auto bias = bias_words(context, spec);
  const auto fits = [&](const ShortText& text) { return text_width(context.fonts.number, text) <= room; };
  if (!bias.empty()) {
    if (const auto both = ShortText(all).add(" ").add(bias); fits(both)) return both;
    if (fits(bias)) return bias;
  }
  if (fits(all)) return all;
  const auto first = curves.empty() ? ShortText() : shown_value(context, curves.front());
  return fits(first) ? first : ShortText();
}

void draw_curve_plot_title(const PanelContext& context, const PlotSpec& spec, Rect row, std::span<const Curve> curves) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto bias = bias_words(context, spec);
  const auto leading = bias.empty() ? curves.empty() ? ShortText() : shown_value(context, curves.front()) : bias;
  draw_plot_buttons(
      context, spec, row,
      text_width(context.fonts.title, spec.title) + context.px(8) + text_width(context.fonts.number, leading));
  const auto name = ShortText("curves.about.").add(spec.control);
  const auto interaction = interact(context, name, row);
  const float title = text_width(context.fonts.title, spec.title);
  const auto value = fitting_values(context, spec, curves, row.width() - title - context.px(8));
  const float wide = text_width(context.fonts.number, value);
  if (!value.empty()) {
    const bool pointed = context.view.transient.hovered_step.has_value();
    draw_text_in(list, context.fonts.number, row.cut_right(wide + 1, context.px(8)), pointed ? theme.text : theme.quiet,
                 value);
  }
  row.cut_left(draw_text_in(list, context.fonts.title, row, theme.text, spec.title), context.px(8));
  const auto window = window_words(context, curves);
  ShortText quiet(spec.quiet);
  if (!window.empty()) quiet.add(quiet.empty() ? "" : " · ").add(window);
  const auto fits = [&](std::string_view text) { return row.width() >= text_width(context.fonts.quiet, text); };
  const std::string_view told = fits(quiet) ? quiet.view() : fits(spec.quiet) ? std::string_view(spec.quiet) : "";
  draw_text_in(list, context.fonts.quiet, row, theme.quiet, told);
  ShortText help(spec.help);
  if (!window.empty()) help.add(" The number: ").add(window).add(shows_mean(context) ? " points." : ".");
  if (spec.bias && std::isfinite(context.trainer.status.value_bound))
    help.add(" No value can pass ").add(number(context.trainer.status.value_bound)).add(".");
  tooltip(context, name, interaction, help);
}

/// The axis of the values, and what lies beyond it because it stands out.
struct ValueAxis {
  Axis axis;
  std::optional<double> above;
  std::optional<double> below;
};

ValueAxis value_axis_of(const PanelContext& context, const PlotSpec& spec, const Axis& steps,
                        std::span<const Curve> curves) {
  const auto& view = context.view.of<CurvesState>();
  Extent extent;
  std::vector<float> minima;
  std::vector<float> maxima;
  for (const auto& curve : curves) {
    const bool raw = view.show_raw || curve.style != MetricStyle::Measured;
    const auto columns = raw ? curve.raw_columns : curve.smooth_columns;
    extent.add(steps, columns);
    for (const auto& column : columns) {
      if (column.x < steps.low || column.x > steps.high) continue;
      minima.push_back(column.minimum);
      maxima.push_back(column.maximum);
    }
  }
  const bool log = view.log_axis.contains(spec.title);
  if (const auto zoomed = view.zoomed.find(spec.title); zoomed != view.zoomed.end()) {
    const auto& range = zoomed->second;
    if (range.high > range.low && (!log || range.low > 0)) return {{range.low, range.high, log}, {}, {}};
  }
  if (log || minima.empty()) return {fitted(extent.low, extent.high, extent.positive, log), {}, {}};
  auto robust = robust_range(minima, maxima);
  // A bound that is near is seen.
  const double bound = context.trainer.status.value_bound;
  if (spec.bias && std::isfinite(bound) && bound > robust.high &&
      bound < robust.high + 0.5 * (robust.high - robust.low))
    robust.high = bound;
  ValueAxis result{fitted(robust.low, robust.high, extent.positive, false), {}, {}};
  if (robust.most > result.axis.high) result.above = robust.most;
  if (robust.least < result.axis.low) result.below = robust.least;
  return result;
}

/// "↑ 5,000": how far what is cut off goes.
void draw_beyond(const PanelContext& context, const Plot& plot, const ValueAxis& values) {
  const auto* font = context.fonts.number;
  const auto tell = [&](std::string_view arrow, double value, float y) {
    ShortText text(arrow);
    text.add(" ").add(number(value));
    const float width = text_width(font, text) + context.px(8);
    const Rect area{{plot.area.max.x - width, y}, {plot.area.max.x, y + font->FontSize}};
    fill(plot.list, area, faded(context.theme.panel, 0.85F), context.px(2));
    draw_text_in(plot.list, font, area, context.theme.attention, text, Align::Centre);
  };
  if (values.above) tell("↑", *values.above, plot.area.min.y + context.px(2));
  if (values.below) tell("↓", *values.below, plot.area.max.y - font->FontSize - context.px(2));
}

}  // namespace

void draw_plot(const PanelContext& context, const PlotSpec& spec, const Rect& cell, const Axis& steps,
               bool step_labels) {
  Rect rest = cell;
  const Rect title = cut_plot(context, rest, step_labels);
  if (rest.width() < 8 || rest.height() < 8) return;
  const auto curves = curves_of(context, spec, steps, rest.width());
  const auto values = value_axis_of(context, spec, steps, curves);
  const Plot plot{*ImGui::GetWindowDrawList(), rest, steps, values.axis, context.view.transient.plots.points};
  if (std::all_of(curves.begin(), curves.end(), [](const auto& each) { return each.raw->empty(); })) {
    draw_text_in(plot.list, context.fonts.quiet, rest, context.theme.quiet, "nothing yet", Align::Centre);
    plot.list.AddLine({rest.min.x, rest.max.y}, rest.max, context.theme.line);
  } else {
    draw_axes(context, plot, step_labels);
  }
  plot.list.PushClipRect(rest.min, rest.max, true);
  const ImU32 color = plot_color(context.theme, spec.place);
  if (!spec.level.empty()) draw_plot_level(context, plot, spec.level);
  if (spec.bias) draw_bound(context, plot);
  for (const auto& curve : curves) {
    if (curve.style != MetricStyle::Marks) draw_curve(context, plot, curve, color);
    draw_newest(context, plot, curve, color);
  }
  for (const auto& curve : curves) {
    if (curve.style == MetricStyle::Marks)
      draw_diamonds(plot, curve.raw_columns, context.theme.text, context.theme.panel, context.px(3));
  }
  draw_stamps(context, plot);
  draw_beyond(context, plot, values);
  plot.list.PopClipRect();
  draw_curve_plot_title(context, spec, title, curves);
  draw_cursors(context, plot);
  navigate(context, spec.title, plot, ShortText("curves.").add(spec.control));
}

}  // namespace qarium::widgets
