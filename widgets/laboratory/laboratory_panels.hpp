#pragma once
#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/memory_pictures/trace_picture.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What the laboratory published last.
const protocol::LaboratorySnapshot& laboratory_of(const PanelContext& context);

/// What the pictures show at the laboratory's own time cursor.
ShownMemory shown_laboratory(const PanelContext& context);
/// Moves the time cursor; stays within the sequence.
void move_laboratory_cursor(const PanelContext& context, int by);
/// Asks for the answer to a sequence of the length chosen.
void sample_laboratory(const PanelContext& context);

// The laboratory's own panels.

/// Was anything begun?
bool begun(const protocol::LaboratorySnapshot& laboratory);
/// Whether what is chosen is something else than what was begun.
bool chosen_differs(const PanelContext& context);

/// The laboratory's own network in place of the agent's: bits, memory, answer.
void draw_laboratory_network(const PanelContext& context, const Rect& area);
/// Task, memory, seed and what is shown; start, pause, continue; how far learning is.
void draw_laboratory_controls(const PanelContext& context, const Rect& area);
/// Wrong bits a sequence over sequences learned from.
void draw_laboratory_plot(const PanelContext& context, const Rect& area);
/// What should have been answered, what was, and which bits are wrong.
TimePointing draw_laboratory_answer(const PanelContext& context, const ShownMemory& shown, const Rect& area);

}  // namespace qarium::widgets
