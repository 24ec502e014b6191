#pragma once
#include "tests/panel/rig.hpp"

namespace qarium {

inline std::string_view panel_of(std::string_view control) {
  return control.substr(0, control.find('.'));
}

/// Every control lies in the window.
inline void check_inside(const Rig& rig, float width, float height) {
  const widgets::Rect window{{0, 0}, {width, height}};
  REQUIRE(rig.controls.size() > 10);
  for (const auto& control : rig.controls) {
    INFO(control.name << " " << control.area.min.x << " " << control.area.min.y << " " << control.area.max.x << " "
                      << control.area.max.y);
    CHECK(window.contains(control.area));
    CHECK_FALSE(control.area.empty());
  }
}

/// None covers another of its panel.
inline void check_apart(const Rig& rig) {
  for (const auto* a = rig.controls.begin(); a != rig.controls.end(); ++a) {
    for (const auto* b = a + 1; b != rig.controls.end(); ++b) {
      if (panel_of(a->name) != panel_of(b->name)) continue;
      INFO(a->name << " and " << b->name);
      // Rounded neighbours may share a fraction of a pixel.
      CHECK_FALSE(a->area.shrunk(0.5F).overlaps(b->area));
    }
  }
}

/// Dragged to `target` the splitter gives its first side more, nothing is lost, and a double click brings it back.
inline void check_splitter(Rig& rig, std::string_view splitter, std::string_view target, const float& fraction,
                           float usual) {
  const float before = fraction;
  rig.point(splitter);
  rig.press();
  rig.point(target);
  rig.frame(2);
  rig.release();
  REQUIRE(fraction > before);
  check_inside(rig, 1600, 900);
  check_apart(rig);
  rig.click(splitter);
  rig.click(splitter);
  REQUIRE(fraction == usual);
}

/// Hovers everything that can be pointed at, once.
inline void point_at_everything(Rig& rig) {
  std::vector<std::string> names;
  for (const auto& control : rig.controls)
    names.push_back(control.name);
  for (const auto& name : names) {
    if (!rig.shows(name)) continue;
    rig.point(name);
    rig.frame(2);
  }
}

}  // namespace qarium
