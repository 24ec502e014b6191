#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "engine/core/scene.hpp"

namespace qarium::widgets {

/// Colours for magnitudes, from low to high: equal steps of the value look like equal steps, lightness rises
/// throughout.
enum class ColorMap : std::uint8_t { Magma, Viridis };

inline constexpr std::size_t kColorStops = 9;
/// Colours at equal distances; between them they are mixed linearly.
std::span<const core::Color, kColorStops> color_stops(ColorMap map);

}  // namespace qarium::widgets
