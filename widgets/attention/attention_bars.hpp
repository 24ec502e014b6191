#pragma once
#include "widgets/attention/attention_shown.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// How high the bars are, all of them.
float bars_height(const PanelContext& context, const protocol::AttentionView& view);

/// Where tokens lie over no picture: a bar for each by its name. Of a part that is a picture itself one bar with what
/// all its tokens have, and beneath it the map of them.
void draw_attention_bars(const PanelContext& context, const ShownAttention& shown, Rect area);

}  // namespace qarium::widgets
