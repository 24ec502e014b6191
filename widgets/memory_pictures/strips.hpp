#pragma once
#include <span>
#include <string_view>

#include "widgets/memory_pictures/shown_memory.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// One row of numbers as a heat map, a cell for each slot, unit or place.
struct Strip {
  std::string_view name;           ///< of its control and texture, behind the place: "content"
  std::span<const float> values;   ///< the counterfactual where there is one
  std::span<const float> factual;  ///< drawn thinly below; empty = there is no counterfactual
  HeatStyle style;
  std::string_view word = "slot";
  std::string_view formula = {};  ///< told with the value
};
/// Weightings, from 0, black, to `high`, white.
HeatStyle weight_style(float high = 1);
/// Symmetric about zero, up to the greatest magnitude of these.
HeatStyle signed_style(const Theme& theme, std::span<const float> values);

inline constexpr float kStripHeight = 14;  ///< at scale 1

/// Hovering tells the value and, over slots, highlights the slot everywhere; clicking a slot chooses it.
void draw_strip(const PanelContext& context, const ShownMemory& shown, const Strip& strip, const Rect& area);

}  // namespace qarium::widgets
