#include "widgets/memory_pictures/strips.hpp"

#include <algorithm>

#include "widgets/parts/controls.hpp"

namespace qarium::widgets {
namespace {

constexpr float kThin = 4;

void draw_strip_row(const PanelContext& context, std::string_view key, std::span<const float> values,
                    const HeatStyle& style, const Rect& area) {
  const HeatPicture picture{values, 1, static_cast<int>(values.size()), area};
  context.canvas.draw_heat(*ImGui::GetWindowDrawList(), key, {&picture, 1}, style);
}

Rect cell_of(const Rect& area, std::size_t size, std::size_t at) {
  const float wide = area.width() / static_cast<float>(size);
  const float x = area.min.x + wide * static_cast<float>(at);
  return {{x, area.min.y}, {x + wide, area.max.y}};
}

void tell_strip(const PanelContext& context, const Strip& strip, std::size_t at) {
  begin_tooltip(context);
  const auto value = number(static_cast<double>(strip.values[at]));
  ImGui::Text("%.*s %zu: %s", static_cast<int>(strip.word.size()), strip.word.data(), at, value.c_str());
  if (!strip.formula.empty()) ImGui::TextUnformatted(strip.formula.data(), strip.formula.data() + strip.formula.size());
  if (at < strip.factual.size()) ImGui::Text("factual %s", number(static_cast<double>(strip.factual[at])).c_str());
  end_tooltip();
}

}  // namespace

HeatStyle weight_style(float high) {
  HeatStyle style;
  style.colors = ColorMap::Grey;
  style.high = high;
  return style;
}

HeatStyle signed_style(const Theme& theme, std::span<const float> values) {
  HeatStyle style;
  style.colors = signed_colors(theme);
  style.high = greatest_magnitude(values, 1e-6F);
  style.low = -style.high;
  return style;
}

void draw_strip(const PanelContext& context, const ShownMemory& shown, const Strip& strip, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  auto& kept = *shown.kept;
  const auto key = ShortText(shown.place).add(".strip.").add(strip.name);
  if (strip.values.empty()) {
    outline(list, area, context.theme.line);
    return;
  }
  Rect upper = area;
  if (!strip.factual.empty()) {
    const Rect thin = upper.cut_bottom(context.px(kThin), 1);
    draw_strip_row(context, ShortText(key).add(".factual"), strip.factual, strip.style, thin);
  }
  draw_strip_row(context, key, strip.values, strip.style, upper);
  outline(list, area.shrunk(-1), context.theme.line);
  const bool slots = strip.word == "slot";
  const auto size = strip.values.size();
  const auto interaction = interact(context, key, area);
  const auto mark = [&](int at, ImU32 color) {
    if (at >= 0 && static_cast<std::size_t>(at) < size)
      outline(list, cell_of(area, size, static_cast<std::size_t>(at)).shrunk(-1), color);
  };
  if (slots) {
    mark(kept.chosen_slot, context.theme.stage(core::Stage::Memory));
    mark(kept.hovered_slot, context.theme.attention);
  }
  if (!interaction.hovered) return;
  const float share = (ImGui::GetIO().MousePos.x - area.min.x) / std::max(area.width(), 1.0F);
  const auto at = std::min(static_cast<std::size_t>(std::max(share, 0.0F) * static_cast<float>(size)), size - 1);
  if (slots) {
    const int slot = static_cast<int>(at);
    kept.hovered_slot_next = slot;
    if (interaction.clicked) kept.chosen_slot = kept.chosen_slot == slot ? -1 : slot;
  } else {
    mark(static_cast<int>(at), context.theme.attention);
  }
  tell_strip(context, strip, at);
}

}  // namespace qarium::widgets
