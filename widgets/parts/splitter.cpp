#include "widgets/parts/splitter.hpp"

#include <cmath>

#include "widgets/parts/controls.hpp"

namespace qarium::widgets {
namespace {

constexpr float kGap = 8;

/// How many pixels the first side gets of `whole` (which is without the gap).
float first_size(float whole, const Split& split) {
  const float least = split.first_minimum;
  const float most = whole - split.second_minimum;
  if (most < least) return std::round(whole * least / std::max(1.0F, least + split.second_minimum));
  return std::round(std::clamp(*split.fraction * whole, least, most));
}

void drag(const PanelContext& context, const Split& split, const Rect& gap, bool columns, float whole, float start) {
  const auto state = interact(context, split.name, gap);
  if (!state.hovered && !state.held) return;
  ImGui::SetMouseCursor(columns ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
  const auto centre = gap.centre();
  const float half = context.px(1);
  const Rect mark = columns ? Rect{{centre.x - half, gap.min.y}, {centre.x + half, gap.max.y}}
                            : Rect{{gap.min.x, centre.y - half}, {gap.max.x, centre.y + half}};
  fill(*ImGui::GetWindowDrawList(), mark, state.held ? context.theme.accent : context.theme.line, half);
  if (state.hovered && ImGui::IsMouseDoubleClicked(0)) {
    *split.fraction = split.standard;
  } else if (state.held && ImGui::IsMouseDragging(0, 1)) {
    const auto& mouse = ImGui::GetIO().MousePos;
    const float size = (columns ? mouse.x : mouse.y) - start - context.px(kGap) / 2;
    const float most = std::max(split.first_minimum, whole - split.second_minimum);
    *split.fraction = std::clamp(size, split.first_minimum, most) / std::max(1.0F, whole);
  }
}

}  // namespace

std::pair<Rect, Rect> split_columns(const PanelContext& context, const Rect& area, const Split& split) {
  const float gap = context.px(kGap);
  const float whole = std::max(0.0F, area.width() - gap);
  Rect second = area;
  const Rect first = second.cut_left(first_size(whole, split), gap);
  drag(context, split, {{first.max.x, area.min.y}, {second.min.x, area.max.y}}, true, whole, area.min.x);
  return {first, second};
}

std::pair<Rect, Rect> split_rows(const PanelContext& context, const Rect& area, const Split& split) {
  const float gap = context.px(kGap);
  const float whole = std::max(0.0F, area.height() - gap);
  Rect second = area;
  const Rect first = second.cut_top(first_size(whole, split), gap);
  drag(context, split, {{area.min.x, first.max.y}, {area.max.x, second.min.y}}, false, whole, area.min.y);
  return {first, second};
}

}  // namespace qarium::widgets
