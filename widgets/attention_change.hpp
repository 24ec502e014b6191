#pragma once
#include "widgets/context.hpp"
#include "widgets/format.hpp"

namespace qarium::widgets {

/// "Ask what if": the one wish that panels change piece by piece and send as a whole. It stands in
/// Transient::attention, with what was wished before it.

/// Once a frame: takes over what is in force where that stays something else than the wish (after a reset, say).
void keep_in_step(const PanelContext& context);

void suppose(const PanelContext& context, core::AttentionChange change);
/// Back to the wish before; nothing without one.
void undo_supposition(const PanelContext& context);
void toggle_uniform(const PanelContext& context);
void toggle_silenced(const PanelContext& context, int head);
/// While the brush is held over this cell of a grid this wide: cells on the way from the last one are emptied, or given
/// back where the stroke began on an emptied one. One stroke is undone as one.
void brush(const PanelContext& context, int cell, int columns, bool begins);
void end_stroke(const PanelContext& context);

/// "uniform weights, head 2 silenced, 3 cells emptied"
ShortText words_for(const core::AttentionChange& change);

}  // namespace qarium::widgets
