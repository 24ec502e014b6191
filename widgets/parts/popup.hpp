#pragma once
#include "widgets/parts/draw.hpp"

namespace qarium::widgets {

/// A small page over the panels while it lives: a menu, a choice. Who opened it closes it.
class Popup {
 public:
  Popup(const PanelContext& context, const char* id, const Rect& page);
  Popup(const Popup&) = delete;
  Popup& operator=(const Popup&) = delete;
  ~Popup();
};

/// Whether the pointer was pressed in this frame outside of the page.
bool clicked_elsewhere(const Rect& page);

}  // namespace qarium::widgets
