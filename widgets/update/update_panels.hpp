#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// The panels of the Update workspace. All need Part::Update.

/// s, a, r and s' of one transition, and the way through the batch.
void draw_transition(const PanelContext& context, const Rect& area);
/// Q(s, .) of the online network, Q(s', .) of both, which action each would choose, and y with its numbers.
void draw_update_values(const PanelContext& context, const Rect& area);
/// The loss on its curve with its slope, and Q(s, a) before and after.
void draw_loss_panel(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
