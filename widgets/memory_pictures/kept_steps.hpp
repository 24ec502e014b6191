#pragma once
#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The steps that are kept (memory_bank, temporal, transformer), in the chosen order, each with its frame and the
/// weight that it has now; and which asks which, where they ask one another.
void draw_kept_steps(const PanelContext& context, const ShownMemory& shown, const Rect& area);

}  // namespace qarium::widgets
