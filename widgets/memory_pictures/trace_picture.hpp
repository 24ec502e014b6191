#pragma once
#include <cstddef>

#include "widgets/memory_pictures/trace_pictures.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// What the pointer did in the pictures over time.
struct TimePointing {
  int hovered = -1;       ///< column
  int clicked = -1;       ///< column
  std::size_t trace = 0;  ///< in MemoryEpisode::traces, of the picture clicked
};

/// Where a picture was drawn; empty where there was no room.
struct DrawnPicture {
  Rect plot;
  TimeWindow window;
  /// Of `rows` rows, counted from below.
  Rect cell(int column, int row, int rows) const;
};

// What a picture needs besides its cells, at scale 1.
inline constexpr float kPictureTitle = 18;
inline constexpr float kPictureSteps = 15;

/// One strip of `shown.episode` as a picture with title, legend, labels and the time cursor; hovering tells the value.
DrawnPicture draw_trace_picture(const PanelContext& context, const ShownMemory& shown, std::size_t trace, Rect cell,
                                TimePointing& pointing);

}  // namespace qarium::widgets
