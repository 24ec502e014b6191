#include "widgets/color_map.hpp"

namespace qarium::widgets {
namespace {

using Stops = std::array<core::Color, kColorStops>;
constexpr Stops kMagma{{{0, 0, 4},
                        {29, 17, 71},
                        {81, 18, 124},
                        {130, 38, 129},
                        {182, 54, 121},
                        {230, 81, 100},
                        {251, 136, 97},
                        {254, 194, 135},
                        {252, 253, 191}}};
constexpr Stops kViridis{{{68, 1, 84},
                          {71, 45, 123},
                          {59, 82, 139},
                          {44, 114, 142},
                          {33, 145, 140},
                          {40, 174, 128},
                          {94, 201, 98},
                          {173, 220, 48},
                          {253, 231, 37}}};

}  // namespace

std::span<const core::Color, kColorStops> color_stops(ColorMap map) {
  return map == ColorMap::Magma ? kMagma : kViridis;
}

}  // namespace qarium::widgets
