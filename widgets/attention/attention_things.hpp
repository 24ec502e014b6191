#pragma once
#include "widgets/attention/attention_shown.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The watched picture of things with what attention gives each (attention_lines.hpp), a legend below it, and the
/// weight of what is pointed at. Requires stands_in_picture.
void draw_attention_things(const PanelContext& context, const ShownAttention& shown, Rect area);
/// How high it is at this width, where the picture is no higher than `most`.
float things_height(const PanelContext& context, const Rect& area, float most);

}  // namespace qarium::widgets
