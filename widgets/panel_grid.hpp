#pragma once
#include <array>
#include <functional>
#include <span>
#include <string_view>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The share of what is divided that stands before a splitter; `name` as it is in the control map.
struct Divider {
  std::string_view name;
  float* fraction = nullptr;
  float standard = 0.5F;
};

/// One panel in a column.
struct GridPanel {
  std::string_view title;  ///< as its workspace lists it
  float least = 0;         ///< height at scale 1 that it keeps
  float comfort = 0;       ///< height at scale 1 where the page scrolls; at least what its content needs
  std::function<void(const Rect&)> draw;
  Divider below = {};  ///< between it and the next
};

/// Panels above each other.
struct GridColumn {
  static constexpr std::size_t kMost = 3;
  float least_width = 0;  ///< at scale 1
  std::array<GridPanel, kMost> panels;
  std::size_t size = 0;  ///< how many of them there are
  Divider right = {};    ///< between it and those right of it
};

/// Draws a workspace's panels in columns beside each other. Columns that have no room there stand below the others,
/// over the whole width. Where all that is higher than `area`, the last panels fold until the rest fits, but for what
/// the user opens of them; where too few would be left for that, none does and the page scrolls, and no panel in it
/// does by itself. A folded panel is drawn as a head; a column of them is a strip of turned heads. What is left over
/// goes to the neighbours.
void draw_panel_grid(const PanelContext& context, const Rect& area, std::span<const GridColumn> columns);

}  // namespace qarium::widgets
