#pragma once
#include "widgets/context.hpp"
#include "widgets/rect.hpp"

namespace qarium::widgets {

/// Stage and action values, curves and replay, hyperparameters: beside each other where there is room; in a small
/// window, or a large scale, the hyperparameters below the others, or all below each other, and the whole scrolls.
void draw_learn_workspace(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
