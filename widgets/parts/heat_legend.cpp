#include "widgets/parts/heat_legend.hpp"

#include <array>
#include <cmath>

#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr float kBeyond = 1e-3F;
constexpr std::string_view kUp = "↑";
constexpr std::string_view kDown = "↓";

/// "-0.8898", or "-0.89" where that is too wide.
ShortText limit(const ImFont* font, float value, float room) {
  const auto text = number(static_cast<double>(value));
  if (text_width(font, text) <= room) return text;
  return ShortText().print("%.2g", static_cast<double>(value));
}

}  // namespace

void draw_heat_legend(const PanelContext& context, std::string_view key, Rect area, const HeatStyle& style,
                      std::optional<Extremes> extremes) {
  constexpr int kSteps = 64;
  std::array<float, kSteps> values{};
  for (int i = 0; i < kSteps; ++i)
    values[static_cast<std::size_t>(i)] = 1 - (static_cast<float>(i) + 0.5F) / kSteps;
  auto& list = *ImGui::GetWindowDrawList();
  const auto* font = context.fonts.number;
  const bool tall = area.height() >= 4 * font->FontSize + context.px(30);
  const bool over = extremes && extremes->most > style.high * (1 + kBeyond) && tall;
  const bool under = extremes && extremes->least < style.low - std::abs(style.low) * kBeyond && tall;
  const auto extreme = [&](const Rect& row, std::string_view arrow, float value) {
    ShortText text(arrow);
    text.add(limit(font, value, row.width() - text_width(font, arrow)));
    draw_text_in(list, font, row, context.theme.attention, text);
  };
  if (over) extreme(area.cut_top(font->FontSize), kUp, extremes->most);
  if (under) extreme(area.cut_bottom(font->FontSize), kDown, extremes->least);
  const Rect above = area.cut_top(font->FontSize, context.px(3));
  draw_text_in(list, font, above, context.theme.quiet, limit(font, style.high, above.width()));
  if (area.height() < font->FontSize - context.px(4)) return;  // one would stand over the other
  const Rect below = area.cut_bottom(font->FontSize, context.px(3));
  draw_text_in(list, font, below, context.theme.quiet, limit(font, style.low, below.width()));
  if (area.height() < context.px(8)) return;
  const Rect bar = area.cut_left(context.px(10));
  const HeatPicture picture{values, kSteps, 1, bar};
  HeatStyle plain;
  plain.colors = style.colors;
  context.canvas.draw_heat(list, key, {&picture, 1}, plain);
  outline(list, bar, context.theme.line);
}

}  // namespace qarium::widgets
