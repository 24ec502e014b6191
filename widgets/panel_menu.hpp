#pragma once
#include "widgets/context.hpp"

namespace qarium::widgets {

/// What a right click on a panel's head opens: present it, copy its picture or save it.
void draw_panel_menu(const PanelContext& context);

/// In the frame in which a panel is taken as a picture: the caption below it. Returns the rectangle of both.
Rect draw_picture_caption(const PanelContext& context);

}  // namespace qarium::widgets
