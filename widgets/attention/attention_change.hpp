#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {

/// What may be supposed about attention, as pieces of the one wish (supposition.hpp).

void toggle_uniform(const PanelContext& context);
void toggle_silenced(const PanelContext& context, int head);
/// While the brush is held over this cell of a grid this wide: cells on the way from the last one are emptied, or given
/// back where the stroke began on an emptied one. One stroke is undone as one.
void brush(const PanelContext& context, int cell, int columns, bool begins);
void end_stroke(const PanelContext& context);

/// "uniform weights, head 2 silenced, 3 cells emptied"
ShortText words_for(const protocol::AttentionChange& change);

}  // namespace qarium::widgets
