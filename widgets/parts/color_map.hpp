#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "engine/protocol/scene.hpp"

namespace qarium::widgets {

/// From low to high: equal steps of the value look like equal steps. Magnitudes: lightness rises throughout. Signed
/// values: from blue over a neutral centre to red; the ranges drawn with these are symmetric about zero.
enum class ColorMap : std::uint8_t {
  Magma,
  Viridis,
  Grey,           ///< weightings, black to white
  Diverging,      ///< its centre is nearly white
  DivergingDark,  ///< its centre is the dark theme's panel
};

/// Whether the map's middle says nothing, its ends most.
constexpr bool is_signed(ColorMap map) {
  return map == ColorMap::Diverging || map == ColorMap::DivergingDark;
}

inline constexpr std::size_t kColorStops = 9;
/// Colours at equal distances; between them they are mixed linearly.
std::span<const protocol::Color, kColorStops> color_stops(ColorMap map);

}  // namespace qarium::widgets
