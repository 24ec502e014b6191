#pragma once
#include <string_view>
#include <utility>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Divides `area` in two beside (columns) or above (rows) each other with a draggable gap of 8 px; a double click
/// brings back `standard`. `fraction` is the share of the first; it is remembered by the caller, and changed only by
/// dragging, so that a small window does not lose what was chosen in a large one. The minimum sizes are in pixels;
/// where both cannot be met, they are met in proportion.
struct Split {
  std::string_view name;  ///< "splitter.left"
  float* fraction = nullptr;
  float standard = 0.5F;
  float first_minimum = 100;
  float second_minimum = 100;
};
std::pair<Rect, Rect> split_columns(const PanelContext& context, const Rect& area, const Split& split);
std::pair<Rect, Rect> split_rows(const PanelContext& context, const Rect& area, const Split& split);

}  // namespace qarium::widgets
