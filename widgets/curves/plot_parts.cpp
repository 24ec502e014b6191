#include "widgets/curves/plot_parts.hpp"

#include <algorithm>
#include <cmath>

#include "widgets/curves/curves.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTitle = 20;
constexpr float kStepLabels = 16;
constexpr float kValueLabels = 48;
constexpr std::size_t kStampsDashed = 24;

/// "400 k", or "1.02k" where that is too wide.
ShortText axis_label(const ImFont* font, double value, double step, float room) {
  const auto text = compact(value, step);
  if (text_width(font, text) <= room) return text;
  ShortText narrow;
  for (const char letter : text.view()) {
    if (letter != ' ') narrow.add({&letter, 1});
  }
  return narrow;
}

/// The stamps near the pointer, in words.
void tell_stamps(const PanelContext& context, const Plot& plot) {
  const auto& mouse = ImGui::GetIO().MousePos;
  if (!context.view.of<CurvesState>().boxed.empty()) return;
  bool open = false;
  int told = 0;
  for (const auto& stamp : context.models.of<Curves>().stamps()) {
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

}  // namespace

Rect cut_plot(const PanelContext& context, Rect& rest, bool step_labels) {
  const Rect title = rest.cut_top(context.px(kTitle), context.px(4));
  rest.cut_left(context.px(kValueLabels));
  rest.cut_bottom(context.px(step_labels ? kStepLabels : 4));
  return title;
}

void Extent::add(const Axis& steps, std::span<const core::Column> columns) {
  for (const auto& column : columns) {
    if (column.x < steps.low || column.x > steps.high) continue;
    low = std::min(low, static_cast<double>(column.minimum));
    high = std::max(high, static_cast<double>(column.maximum));
    if (column.minimum > 0) positive = std::min(positive, static_cast<double>(column.minimum));
  }
}

std::span<const core::Column> cached(const PanelContext& context, const core::Series& series, std::uint64_t version,
                                     const Axis& steps, float width) {
  if (series.empty()) return {};
  const auto columns = static_cast<std::size_t>(std::max(8.0F, width));
  return context.view.transient.plots.columns(series, version, steps.low, steps.high, columns);
}

void draw_axes(const PanelContext& context, const Plot& plot, bool step_labels) {
  auto& list = plot.list;
  const auto& theme = context.theme;
  const auto* font = context.fonts.number;
  const int most_y = std::clamp(static_cast<int>(plot.area.height() / context.px(30)), 3, 6);
  float last_y = 1e9F;
  const auto values = ticks(plot.y, most_y);
  for (const double at : values) {
    const float y = std::round(plot.screen_y(at));
    if (y < plot.area.min.y - 1 || y > plot.area.max.y + 1) continue;
    list.AddLine({plot.area.min.x, y}, {plot.area.max.x, y}, theme.line_quiet);
    if (last_y - y < font->FontSize) continue;
    last_y = y;
    const Rect label{{plot.area.min.x - context.px(kValueLabels), y - font->FontSize / 2},
                     {plot.area.min.x - context.px(6), y + font->FontSize / 2}};
    draw_text_in(list, font, label, theme.quiet, axis_label(font, at, values.step, label.width()), Align::Right);
  }
  list.AddLine({plot.area.min.x, plot.area.max.y}, {plot.area.max.x, plot.area.max.y}, theme.line);
  if (!step_labels) return;
  const int most_x = std::clamp(static_cast<int>(plot.area.width() / context.px(64)), 3, 10);
  float free = plot.area.min.x - 1;
  const auto steps = ticks(plot.x, most_x);
  for (const double at : steps) {
    const float x = plot.screen_x(at);
    const auto text = compact(at, steps.step);
    const float half = text_width(font, text) / 2;
    const float left = std::clamp(x - half, plot.area.min.x, std::max(plot.area.min.x, plot.area.max.x - 2 * half));
    if (left < free) continue;
    free = left + 2 * half + context.px(8);
    draw_text(list, font, {left, plot.area.max.y + context.px(3)}, theme.quiet, text);
  }
}

void draw_stamps(const PanelContext& context, const Plot& plot) {
  const auto& stamps = context.models.of<Curves>().stamps();
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

void draw_cursors(const PanelContext& context, const Plot& plot) {
  const bool pointed_here =
      !ImGui::IsAnyItemActive() && ImGui::IsMouseHoveringRect(plot.area.min, plot.area.max) && ImGui::IsWindowHovered();
  if (pointed_here) tell_stamps(context, plot);
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
  const float x = std::clamp(plot.screen_x(*hovered) - width / 2, plot.area.min.x,
                             std::max(plot.area.min.x, plot.area.max.x - width));
  const float height = context.fonts.number->FontSize + context.px(4);
  const Rect label{{x, plot.area.max.y - height}, {x + width, plot.area.max.y}};
  fill(plot.list, label, context.theme.raised, context.px(3));
  outline(plot.list, label, context.theme.line, context.px(3));
  draw_text_in(plot.list, context.fonts.number, label, context.theme.text, text, Align::Centre);
}

}  // namespace qarium::widgets
