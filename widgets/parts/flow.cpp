#include "widgets/parts/flow.hpp"

namespace qarium::widgets {
namespace {

/// "64 × 16", or "64×16" where that is too wide.
ShortText fitted_shape(const ImFont* font, std::string_view shape, float width) {
  ShortText text(shape);
  if (text_width(font, shape) <= width) return text;
  text = ShortText{};
  for (const char letter : shape) {
    if (letter != ' ') text.add({&letter, 1});
  }
  return text;
}

}  // namespace

void draw_flow_end(const PanelContext& context, Rect area, std::string_view above, std::string_view below,
                   Align align) {
  auto& list = *ImGui::GetWindowDrawList();
  Rect upper = area.cut_top(area.height() / 2);
  upper.min.y += context.px(4);
  area.max.y -= context.px(4);
  draw_text_in(list, context.fonts.quiet, upper, context.theme.quiet, above, align);
  draw_text_in(list, context.fonts.number, area, context.theme.quiet,
               fitted_shape(context.fonts.number, below, area.width()), align);
}

void draw_flow_arrow(const PanelContext& context, Rect area, std::string_view shape) {
  auto& list = *ImGui::GetWindowDrawList();
  Rect upper = area.cut_top(area.height() / 2);
  draw_icon(list, Icon::Arrow, {upper.centre().x, upper.centre().y + context.px(4)}, context.px(14),
            context.theme.quiet);
  area.max.y -= context.px(4);
  const auto text = fitted_shape(context.fonts.number, shape, area.width() - context.px(12));
  const bool fits = text_width(context.fonts.number, text) <= area.width() - context.px(6);
  const auto* font = fits ? context.fonts.number : context.fonts.quiet;
  // A part of it would be another shape; the block's page tells it whole.
  if (text_width(font, text) > area.width()) return;
  draw_text_in(list, font, {{area.min.x - 1, area.min.y}, {area.max.x + 1, area.max.y}}, context.theme.quiet, text,
               Align::Centre);
}

void draw_flow_block(const PanelContext& context, const FlowBlock& block, const Rect& area) {
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, block.lit ? theme.raised_hover : theme.raised, context.px(6));
  outline(list, area, block.lit ? block.color : theme.line, context.px(6));
  list.AddRectFilled(area.min, {area.max.x, area.min.y + context.px(3)}, block.color, context.px(3),
                     ImDrawFlags_RoundCornersTop);
  Rect inside = area.shrunk(area.width() < context.px(120) ? context.px(9) : context.px(12), context.px(5));
  inside.min.y += context.px(2);
  Rect upper = inside.cut_top(inside.height() / 2);
  if (!block.size.empty()) {
    const float width = text_width(context.fonts.quiet, block.size);
    if (upper.width() > width + text_width(context.fonts.title, block.title) + context.px(6)) {
      draw_text_in(list, context.fonts.quiet, upper.cut_right(width + 1), theme.quiet, block.size);
    }
  }
  draw_text_in(list, context.fonts.title, upper, theme.text, block.title);
  const bool fits = text_width(context.fonts.text, block.kind) <= inside.width();
  draw_text_in(list, fits ? context.fonts.text : context.fonts.quiet, inside, block.idle ? theme.quiet : theme.text,
               block.kind);
}

}  // namespace qarium::widgets
