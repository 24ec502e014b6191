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
  };

  void clear() { used_ = 0; }
  void add(std::string_view name, const Rect& area, bool enabled = true);
  /// nullptr when it was not drawn this frame.
  const Control* find(std::string_view name) const;
  std::size_t size() const { return used_; }
  const Control* begin() const { return controls_.data(); }
  const Control* end() const { return controls_.data() + used_; }

 private:
  std::vector<Control> controls_;  ///< kept from frame to frame for their strings' storage
  std::size_t used_ = 0;
};

}  // namespace qarium::widgets
