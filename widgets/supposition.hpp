#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// "Ask what if": the one wish that the panels of attention and memory change piece by piece and send as a whole. It
/// stands in Transient::supposition, with what was wished before it.

/// Once a frame: takes over what is in force where that stays something else than the wish (after a reset, say).
void keep_in_step(const PanelContext& context);

/// Sends the wish; the one before can be undone.
void suppose(const PanelContext& context, Supposition wish);
/// The same with only one side of it changed.
void suppose(const PanelContext& context, core::AttentionChange change);
void suppose(const PanelContext& context, core::MemoryChange change);
/// Back to the wish before; nothing without one.
void undo_supposition(const PanelContext& context);

/// What is altered between these two is undone as one.
void begin_gesture(const PanelContext& context);
void end_gesture(const PanelContext& context);
/// Sends the wish where it is another; does not remember the one before.
void alter(const PanelContext& context, Supposition wish);

/// "head 2 silenced; slot 9 erased, writes frozen"
ShortText words_for(const Supposition& supposition);

}  // namespace qarium::widgets
