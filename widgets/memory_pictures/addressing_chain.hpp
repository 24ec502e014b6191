#pragma once
#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// What stands in the panel of the chain, by kind of memory. Each takes its height off the area's top; heights in
// pixels.

/// One head of an NTM: previous, content, interpolated, shifted, sharpened, with beta, g, s and gamma, which can be
/// dragged where one can intervene.
float addressing_height(const PanelContext& context);
void draw_addressing(const PanelContext& context, const ShownMemory& shown, int head, Rect area);

/// A DNC's write and the chosen read head, its gates and modes, and the link matrix.
float dnc_height(const PanelContext& context, float width);
void draw_dnc(const PanelContext& context, const ShownMemory& shown, Rect area);

/// Gates and units now (lstm, gru), weights and usage (mann), or weights by place (memory_bank, temporal, transformer).
float plain_strips_height(const PanelContext& context, const ShownMemory& shown);
void draw_plain_strips(const PanelContext& context, const ShownMemory& shown, Rect area);

}  // namespace qarium::widgets
