#pragma once
#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/memory_pictures/trace_picture.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// The panels of a memory. What they show is `shown`, of the watched episode or of the laboratory's sequence.

/// The strips of the episode as pictures, time across, with one cursor through all of them.
TimePointing draw_memory_pictures(const PanelContext& context, const ShownMemory& shown, const Rect& area);
/// How the chosen head comes by its weights, or what the kind has in its place; can be set by hand where one can
/// intervene.
void draw_memory_chain(const PanelContext& context, const ShownMemory& shown, const Rect& area);
/// What stands in the memory now, and what the slot looked at has been through. Returns the slot clicked; -1 = none.
int draw_memory_matrix(const PanelContext& context, const ShownMemory& shown, const Rect& area);

}  // namespace qarium::widgets
