#include "widgets/parts/control_map.hpp"

namespace qarium::widgets {

void ControlMap::add(std::string_view name, const Rect& area, bool enabled, bool pressable) {
  if (area.empty()) return;
  if (used_ == controls_.size()) controls_.emplace_back();
  auto& control = controls_[used_++];
  control.name.assign(name);
  control.area = area;
  control.enabled = enabled;
  control.pressable = pressable;
}

const ControlMap::Control* ControlMap::find(std::string_view name) const {
  for (const auto& control : *this) {
    if (control.name == name) return &control;
  }
  return nullptr;
}

}  // namespace qarium::widgets
