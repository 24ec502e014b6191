#pragma once
#include "widgets/context.hpp"

namespace qarium::widgets {

/// While the brush is held over this cell of a grid this wide: cells on the way from the last one are emptied, or given
/// back where the stroke began on an emptied one. One stroke is undone as one.
void brush(const PanelContext& context, int cell, int columns, bool begins);
void end_stroke(const PanelContext& context);

}  // namespace qarium::widgets
