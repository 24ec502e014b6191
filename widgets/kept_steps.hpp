#pragma once
#include "widgets/rect.hpp"
#include "widgets/shown_memory.hpp"

namespace qarium::widgets {

/// The steps that are kept (memory_bank, temporal, transformer), in the chosen order, each with its frame and the
/// weight that it has now; and which asks which, where they ask one another.
void draw_kept_steps(const PanelContext& context, const ShownMemory& shown, const Rect& area);

}  // namespace qarium::widgets
