#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The stage's past as a line: where one looks, where episodes begin, how far it reaches. Click or drag to seek.
void draw_scrubber(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
