#pragma once
#include <cstdint>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Frames of the watched episode's past, as small pictures. What panels ask for in a frame is sent together.

void begin_recall(const PanelContext& context);
/// Asks for the moment and draws it as soon as it is there, with a word below; a click looks at it. `control` names it.
void draw_recalled(const PanelContext& context, std::string_view control, std::int64_t index, std::string_view word,
                   const Rect& area);
/// Sends what was asked for since begin_recall, where that is something else than before.
void end_recall(const PanelContext& context);

}  // namespace qarium::widgets
