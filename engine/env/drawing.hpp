#pragma once
#include <cstddef>

#include "engine/protocol/scene.hpp"

namespace qarium::env {

/// The colours of the control tasks: mid-tones that stand out from a dark as well as from a light ground.
inline constexpr protocol::Color kBlue{0x5a, 0xa9, 0xff};
inline constexpr protocol::Color kAmber{0xf2, 0xa5, 0x41};
inline constexpr protocol::Color kTeal{0x37, 0xb5, 0xa5};
inline constexpr protocol::Color kRose{0xd9, 0x6b, 0x8f};
inline constexpr protocol::Color kGrey{0x8a, 0x96, 0xa6};
inline constexpr protocol::Color kSlate{0x5d, 0x69, 0x7a};

/// The colours of the grid games, which bring their own dark ground.
inline constexpr protocol::Color kGround{0x07, 0x09, 0x0c};
inline constexpr protocol::Color kPeriwinkle{0x8f, 0x9c, 0xf0};
inline constexpr protocol::Color kPale{0xf9, 0xf3, 0xd8};
inline constexpr protocol::Color kDusk{0x5c, 0x56, 0x74};
inline constexpr protocol::Color kBrown{0xa9, 0x5f, 0x33};

/// The same colour, for what is there but not seen.
inline protocol::Color faint(protocol::Color color) {
  color.alpha = 0x60;
  return color;
}

inline protocol::Polygon rectangle(protocol::Point centre, float half_width, float half_height, protocol::Color color) {
  const float left = centre.x - half_width;
  const float right = centre.x + half_width;
  const float bottom = centre.y - half_height;
  const float top = centre.y + half_height;
  return {{{left, bottom}, {right, bottom}, {right, top}, {left, top}}, color};
}

/// A rectangle of world coordinates; y grows upward.
struct Extent {
  float left;
  float right;
  float bottom;
  float top;
};

/// Empties `scene` for shapes within `extent`.
inline void clear(protocol::Scene& scene, const Extent& extent) {
  scene.grid.rows = 0;
  scene.grid.columns = 0;
  scene.grid.cells.clear();
  scene.shapes.clear();
  scene.places.clear();
  scene.left = extent.left;
  scene.right = extent.right;
  scene.bottom = extent.bottom;
  scene.top = extent.top;
}

/// Empties `scene` for a grid, all of it ground.
inline void clear(protocol::Scene& scene, int rows, int columns) {
  scene.shapes.clear();
  scene.places.clear();
  scene.left = scene.bottom = 0;
  scene.right = static_cast<float>(columns);
  scene.top = static_cast<float>(rows);
  scene.grid.rows = rows;
  scene.grid.columns = columns;
  scene.grid.cells.assign(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), kGround);
}

}  // namespace qarium::env
