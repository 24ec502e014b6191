#pragma once
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

inline constexpr float kLegendWidth = 52;  ///< at scale 1

/// The colours of a heat map from low (below) to high (above), with the limits in numbers.
void draw_heat_legend(const PanelContext& context, std::string_view key, Rect area, const HeatStyle& style);

}  // namespace qarium::widgets
