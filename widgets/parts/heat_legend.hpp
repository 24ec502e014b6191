#pragma once
#include <optional>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

inline constexpr float kLegendWidth = 52;  ///< at scale 1

/// Of all that is drawn.
struct Extremes {
  float least = 0;
  float most = 0;
};
/// The colours of a heat map from low (below) to high (above), with the limits in numbers; where values lie beyond
/// them, the extremes too, behind an arrow.
void draw_heat_legend(const PanelContext& context, std::string_view key, Rect area, const HeatStyle& style,
                      std::optional<Extremes> extremes = std::nullopt);

}  // namespace qarium::widgets
