#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What the learner has of replay, target network, rollout and eligibility trace, two by two: each with a bar of how
/// full or how old it is and its number, "none" where the algorithm has no such part, a dash before it was looked at.
void draw_learner_meters(const PanelContext& context, Rect area);

}  // namespace qarium::widgets
