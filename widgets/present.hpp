#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// One or two panels alone, in larger type, under a slim bar; Esc brings all back. False, and nothing drawn, where none
/// is presented or the workspace has no such panel.
bool draw_presented(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
