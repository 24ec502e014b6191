#pragma once
#include "widgets/context.hpp"
#include "widgets/intervention/intervention_state.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// The one intervention on the moment looked at, which the panels of attention and memory change piece by piece and
/// send as a whole. It stands in InterventionState, with those before it.

/// Once a frame: takes over what is in force where that stays something else than what was sent (after a reset, say).
void keep_in_step(const PanelContext& context);

/// Sends it; the one before can be brought back.
void intervene(const PanelContext& context, Intervention intervention);
/// The same with only one side of it changed.
void intervene(const PanelContext& context, protocol::AttentionChange change);
void intervene(const PanelContext& context, protocol::MemoryChange change);
/// Back to the intervention before; nothing without one.
void undo_intervention(const PanelContext& context);

/// What is altered between these two is undone as one.
void begin_gesture(const PanelContext& context);
void end_gesture(const PanelContext& context);
/// Sends it where it is another; does not remember the one before.
void alter(const PanelContext& context, Intervention intervention);

/// "head 2 silenced; slot 9 erased, writes frozen"
ShortText words_for(const Intervention& intervention);

}  // namespace qarium::widgets
