#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// Where each interactive control was drawn this frame, by name ("transport.pause", "parameter.learning_rate.slider"),
/// so that a test can click by name. Only what can be seen is in it, clipped to what can be seen.
class ControlMap {
 public:
  struct Control {
    std::string name;
    Rect area;
    bool enabled = true;
    bool pressable = false;  ///< by the keyboard, too: what a click does there does not depend on where it was
  };

  void clear() { used_ = layer_ = 0; }
  void add(std::string_view name, const Rect& area, bool enabled = true, bool pressable = false);
  /// What follows lies over what is in it: a dialog, which alone has the keyboard.
  void begin_layer() { layer_ = used_; }
  /// nullptr when it was not drawn this frame.
  const Control* find(std::string_view name) const;
  std::size_t size() const { return used_; }
  const Control* begin() const { return controls_.data(); }
  /// The first that has nothing over it.
  const Control* layer_begin() const { return controls_.data() + layer_; }
  const Control* end() const { return controls_.data() + used_; }

 private:
  std::vector<Control> controls_;  ///< kept from frame to frame for their strings' storage
  std::size_t used_ = 0;
  std::size_t layer_ = 0;
};

}  // namespace qarium::widgets
