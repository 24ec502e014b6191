#pragma once
#include <string>
#include <vector>

#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

// The panels of the Memory workspace.

/// The watched episode's memory.
ShownMemory shown_memory(const PanelContext& context);
/// What each action is worth, factual and counterfactual.
void draw_memory_values(const PanelContext& context, const Rect& area);
/// Interventions on the memory.
void draw_memory_intervention(const PanelContext& context, const ShownMemory& shown, const Rect& area);
/// The parts of the state that an exchange takes; empty = all.
std::vector<std::string> exchanged_parts(const PanelContext& context, const ShownMemory& shown);
/// The rest of the episode played twice, without and with the intervention.
void draw_counterfactual(const PanelContext& context, const Rect& area);
/// In place of the pictures where the network has no memory.
void draw_no_memory(const PanelContext& context, const Rect& area);

}  // namespace qarium::widgets
