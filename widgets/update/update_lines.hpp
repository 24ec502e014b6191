#pragma once
#include <span>

#include "widgets/context.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// A paragraph of a panel's text.
struct UpdateLine {
  const ShortText* text;
  const ImFont* font;
  ImU32 color;
};

inline constexpr float kUpdateParagraph = 5;  ///< below each, at scale 1

inline float update_line_height(const PanelContext& context, const UpdateLine& line, float width) {
  return line.text->empty() ? 0 : wrapped_height(line.font, width, *line.text) + context.px(kUpdateParagraph);
}

inline float update_lines_height(const PanelContext& context, std::span<const UpdateLine> lines, float width) {
  float height = 0;
  for (const auto& line : lines)
    height += update_line_height(context, line, width);
  return height;
}

/// Off the top of `rest`.
inline void draw_update_lines(const PanelContext& context, std::span<const UpdateLine> lines, Rect& rest) {
  for (const auto& line : lines) {
    if (line.text->empty()) continue;
    const Rect row = rest.cut_top(update_line_height(context, line, rest.width()));
    draw_wrapped(*ImGui::GetWindowDrawList(), line.font, row.min, row.width(), line.color, *line.text);
  }
}

}  // namespace qarium::widgets
