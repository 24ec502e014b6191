#include "widgets/memory_pictures/half_lives.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr float kHalfLifeTitle = 18;
constexpr float kHalfLifePlot = 78;
constexpr float kHalfLifeLabels = 34;
constexpr float kMostDecades = 6;

/// Units by their half-life, the longest first; what is no number comes last.
std::vector<std::size_t> by_half_life(std::span<const float> half_lives) {
  std::vector<std::size_t> order(half_lives.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto length = [&](std::size_t unit) { return std::isfinite(half_lives[unit]) ? half_lives[unit] : -1.0F; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return length(a) > length(b); });
  return order;
}

/// In decades above a tenth of a step.
float decades(float half_life) {
  return std::isfinite(half_life) ? std::clamp(std::log10(std::max(half_life, 0.1F)) + 1, 0.0F, kMostDecades) : 0;
}

}  // namespace

float half_lives_height(const PanelContext& context) {
  return context.px(kHalfLifeTitle + kHalfLifePlot);
}

void draw_half_lives(const PanelContext& context, std::span<const float> half_lives, Rect area) {
  constexpr std::string_view kName = "memory.half_lives";
  if (half_lives.empty()) return;
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  const auto order = by_half_life(half_lives);
  Rect title = area.cut_top(context.px(kHalfLifeTitle));
  const auto longest = ShortText("longest ").add(number(static_cast<double>(half_lives[order.front()])));
  draw_text_in(list, context.fonts.number, title.cut_right(text_width(context.fonts.number, longest) + 1), theme.quiet,
               longest);
  draw_text_in(list, context.fonts.quiet, title, theme.text, "half-life of each unit, steps");
  const Rect labels = area.cut_left(context.px(kHalfLifeLabels));
  const Rect plot = area.shrunk(0, context.px(4));
  const float top = std::max(std::ceil(decades(half_lives[order.front()])), 2.0F);
  for (int decade = 0; decade <= static_cast<int>(top); ++decade) {
    const float y = std::round(plot.max.y - static_cast<float>(decade) / top * plot.height());
    list.AddLine({plot.min.x, y}, {plot.max.x, y}, decade == 0 ? theme.line : theme.line_quiet);
    const float half = context.px(8);
    draw_text_in(list, context.fonts.number, {{labels.min.x, y - half}, {labels.max.x - context.px(6), y + half}},
                 theme.quiet, compact(std::pow(10.0, decade - 1)), Align::Right);
  }
  const float width = plot.width() / static_cast<float>(order.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const float x = plot.min.x + static_cast<float>(i) * width;
    const float height = decades(half_lives[order[i]]) / top * plot.height();
    fill(list, {{x, plot.max.y - height}, {std::max(x + 1, x + width - 1), plot.max.y}},
         theme.stage(core::Stage::Memory));
  }
  const auto state = interact(context, kName, plot);
  if (!state.hovered) return;
  const float at = (ImGui::GetIO().MousePos.x - plot.min.x) / std::max(width, 1e-3F);
  const auto place = static_cast<std::size_t>(std::clamp(at, 0.0F, static_cast<float>(order.size() - 1)));
  ShortText help;
  help.print("Unit %zu loses half of what it holds in ", order[place] + 1);
  tooltip(context, kName, state, help.add(number(static_cast<double>(half_lives[order[place]]))).add(" steps."));
}

}  // namespace qarium::widgets
