#pragma once
#include <string>

#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

struct PanelContext;

/// Which control the keyboard works: Tab and Shift Tab move it along what is drawn, Enter clicks it, the arrows move a
/// slider. A click of the mouse takes it away.
struct KeyboardFocus {
  std::string name;           ///< of the control in the control map; empty = none
  std::string behind_dialog;  ///< the one before a dialog opened, which comes back
  bool presses = false;       ///< Enter went down in this frame
  int arrow = 0;              ///< in this frame: -1 left, 1 right, for a slider
  bool is_slider = false;     ///< then the arrows are its own
  Rect area;                  ///< where the control was drawn in this frame; empty = nowhere

  void dialog_opens() {
    if (behind_dialog.empty()) behind_dialog.swap(name);
    name.clear();
  }
  void dialog_closes() {
    name.swap(behind_dialog);
    behind_dialog.clear();
  }
};

/// Reads the keys, over the controls of the last frame. Call before the control map is cleared.
void move_keyboard_focus(const PanelContext& context);
/// The ring around the control, over everything.
void draw_keyboard_focus(const PanelContext& context);

}  // namespace qarium::widgets
