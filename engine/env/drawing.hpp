#pragma once
#include "engine/core/scene.hpp"

namespace qarium::env {

/// The colours of the control tasks: mid-tones that stand out from a dark as well as from a light ground.
inline constexpr core::Color kBlue{0x5a, 0xa9, 0xff};
inline constexpr core::Color kAmber{0xf2, 0xa5, 0x41};
inline constexpr core::Color kTeal{0x37, 0xb5, 0xa5};
inline constexpr core::Color kGrey{0x8a, 0x96, 0xa6};
inline constexpr core::Color kSlate{0x5d, 0x69, 0x7a};

/// A rectangle of world coordinates; y grows upward.
struct Extent {
  float left;
  float right;
  float bottom;
  float top;
};

/// Empties `scene` for shapes within `extent`.
inline void clear(core::Scene& scene, const Extent& extent) {
  scene.grid.rows = 0;
  scene.grid.columns = 0;
  scene.grid.cells.clear();
  scene.shapes.clear();
  scene.left = extent.left;
  scene.right = extent.right;
  scene.bottom = extent.bottom;
  scene.top = extent.top;
}

}  // namespace qarium::env
