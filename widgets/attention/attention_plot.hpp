#pragma once
#include "widgets/attention/attention_shown.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What is plotted of attention while learning.
enum class AttentionPlot { Entropy, Mass };

/// One curve for each head over environment steps; the chosen head's stands out.
void draw_attention_plot(const PanelContext& context, const ShownAttention& shown, AttentionPlot which,
                         const Rect& cell);

}  // namespace qarium::widgets
