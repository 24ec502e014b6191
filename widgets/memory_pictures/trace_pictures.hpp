#pragma once
#include <array>
#include <span>

#include "widgets/memory_pictures/shown_memory.hpp"

namespace qarium::widgets {

/// Which strips of an episode are shown, as places in MemoryEpisode::traces.
struct PictureList {
  std::array<std::size_t, 8> traces{};
  std::size_t size = 0;
  std::span<const std::size_t> all() const { return {traces.data(), size}; }
};
/// Those of this kind of memory: down the left column, then down the right one. For an NTM the six of Graves, Wayne and
/// Danihelka 2014, figure 6.
PictureList pictures_of(const ShownMemory& shown);

/// The strip as a picture [rows, columns] from the top, made where it is not there yet. Requires a sound episode.
const TracePictures::Picture& hold_picture(const ShownMemory& shown, UnitOrder order, std::size_t trace);
/// What the row from below shows: the slot, component or unit; they differ where units are ordered.
int unit_in_row(const TracePictures& kept, const protocol::MemoryTrace& trace, int row);
/// What is written at the row: the same, or how many steps ago it was where the newest stands on top.
int row_number(const TracePictures& kept, const protocol::MemoryTrace& trace, int row);

/// Whether its numbers share out 1: their colours go up to the greatest of them.
bool is_weighting(protocol::TraceRole role);
/// Colours and limits of it; `limit` is Picture::limit, `pinned` > 0 limits one that is signed or a weighting.
HeatStyle picture_style(const Theme& theme, const protocol::MemoryTrace& trace, float limit, float pinned);
/// "slot", "component", "unit", "steps ago"
std::string_view row_word(protocol::TraceRole role);

/// The columns of an episode that are in sight.
struct TimeWindow {
  int first = 0;
  int count = 1;  ///< what the width shows; the episode may be shorter
};
/// The whole episode where its columns are wide enough to be told apart; else as many, and the cursor among them.
/// `width` in pixels at scale 1.
TimeWindow time_window(TracePictures& kept, int columns, int cursor, float width);

}  // namespace qarium::widgets
