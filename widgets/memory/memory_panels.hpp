#pragma once
#include <string>
#include <vector>

#include "widgets/memory/shown_memory.hpp"
#include "widgets/memory/trace_picture.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// The panels of a memory. What they show is `shown`, of the watched episode or of the laboratory's sequence.

/// The strips of the episode as pictures, time across, with one cursor through all of them.
TimePointing draw_memory_pictures(const PanelContext& context, const ShownMemory& shown, const Rect& area);
/// How the chosen head comes by its weights, or what the kind has in its place; can be set by hand where something can
/// be supposed.
void draw_memory_chain(const PanelContext& context, const ShownMemory& shown, const Rect& area);
/// What stands in the memory now, and what the slot looked at has been through. Returns the slot clicked; -1 = none.
int draw_memory_matrix(const PanelContext& context, const ShownMemory& shown, const Rect& area);

// In the Memory workspace alone.

/// What each action is worth, now and as supposed.
void draw_memory_values(const PanelContext& context, const Rect& area);
/// What may be supposed about the memory.
void draw_memory_intervention(const PanelContext& context, const ShownMemory& shown, const Rect& area);
/// The parts of the state that an exchange takes; empty = all.
std::vector<std::string> exchanged_parts(const PanelContext& context, const ShownMemory& shown);
/// The rest of the episode played twice.
void draw_counterfactual(const PanelContext& context, const Rect& area);
/// In place of the pictures where the network has no memory.
void draw_no_memory(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
