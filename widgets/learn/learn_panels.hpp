#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// The panels of the Learn workspace.

/// What each action is worth here, and was over the last moments. Needs Part::ActionValues.
void draw_action_values(const PanelContext& context, const Rect& area);
/// Learning over time. Needs nothing (history comes by itself).
void draw_curves(const PanelContext& context, const Rect& area);
/// Every row of config::parameters(). Needs nothing.
void draw_hyperparameters(const PanelContext& context, const Rect& area);
/// How the critic weighs the values of past states, over their frames. Needs Part::ActionValues.
void draw_critic(const PanelContext& context, const Rect& area);
/// What is remembered and what was last learned from. Needs Part::Replay.
void draw_replay(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
