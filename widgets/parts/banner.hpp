#pragma once
#include <string_view>

#include "widgets/parts/draw.hpp"

namespace qarium::widgets {

/// A word over a picture: on a ground of its own, so that it reads on any picture. At most `most` pixels wide.
void draw_banner(const PanelContext& context, ImVec2 corner, Icon icon, ImU32 color, std::string_view text, float most);
/// What must be said of the moment looked at: that it is past, that the episode ended there, that who
/// looks acts. Returns the corner of the
/// next banner.
ImVec2 draw_moment_banners(const PanelContext& context, const Rect& picture);

}  // namespace qarium::widgets
