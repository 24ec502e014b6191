#pragma once
#include "widgets/parts/theme.hpp"

namespace qarium::app {

/// Builds ImGui's font atlas at this scale from Inter and JetBrains Mono as the system has them; ImGui's own face
/// stands in for one that is absent. Call outside a frame.
widgets::Fonts build_fonts(float scale);

}  // namespace qarium::app
