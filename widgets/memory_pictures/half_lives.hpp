#pragma once
#include <span>

#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

float half_lives_height(const PanelContext& context);
/// The units' half-lives in steps as a spectrum, the longest first, over a logarithmic axis of decades.
void draw_half_lives(const PanelContext& context, std::span<const float> half_lives, Rect area);

}  // namespace qarium::widgets
