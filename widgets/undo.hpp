#pragma once
#include "widgets/context.hpp"

namespace qarium::widgets {

/// Ctrl Z, wherever one is: takes back what was done last to the watched episode, be it an action, a resume, a branch
/// or an intervention.
void undo(const PanelContext& context);
/// Once a frame: undoes what was asked for as soon as the stage has answered what was sent before and no gesture is
/// under way.
void serve_undo(const PanelContext& context);

}  // namespace qarium::widgets
