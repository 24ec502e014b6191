#pragma once
#include <string_view>

#include "engine/protocol/attention_view.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// One test of the attention map: how the action gap changes while cells are removed, or revealed, in the map's order,
/// at random and by a uniform map.
struct GapPlot {
  std::string_view title;
  std::string_view name;
  std::string_view help;
  const protocol::FaithfulnessCurve& curve;
  bool outdated = false;  ///< it is no longer about what is shown: no verdict's colour
};

/// Words above, the three curves below; the values under the pointer are told.
void draw_gap(const PanelContext& context, const GapPlot& gap, Rect cell);

}  // namespace qarium::widgets
