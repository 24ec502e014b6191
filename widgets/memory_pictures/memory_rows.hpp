#pragma once
#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Slots, or units, from below, each with its numbers across.
struct MemoryRows {
  int rows = 0;
  int columns = 0;
  std::string_view word;                    ///< "slot", "unit"
  std::span<const std::string_view> names;  ///< of the columns; empty = they are numbered

  bool empty() const { return rows < 1 || columns < 1; }
};
/// Fills KeptPictures::matrix [rows, columns], from below, and KeptPictures::norms with what the panel shows:
/// content, or what changed since the last step.
MemoryRows hold_rows(const ShownMemory& shown, bool changes);

/// The matrix as one picture with its norms as bars at the right; hovering tells a value and highlights the row
/// everywhere. Returns the row clicked; -1 = none.
int draw_memory_rows(const PanelContext& context, const ShownMemory& shown, const MemoryRows& rows, Rect area);

}  // namespace qarium::widgets
