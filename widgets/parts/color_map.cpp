#include "widgets/parts/color_map.hpp"

namespace qarium::widgets {
namespace {

using Stops = std::array<protocol::Color, kColorStops>;
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

constexpr Stops kGrey{{{0, 0, 0},
                       {32, 32, 32},
                       {64, 64, 64},
                       {96, 96, 96},
                       {128, 128, 128},
                       {160, 160, 160},
                       {192, 192, 192},
                       {224, 224, 224},
                       {255, 255, 255}}};
constexpr Stops kDiverging{{{24, 74, 145},
                            {52, 119, 186},
                            {109, 166, 214},
                            {180, 210, 234},
                            {246, 247, 248},
                            {247, 205, 182},
                            {236, 150, 118},
                            {209, 82, 74},
                            {158, 24, 45}}};
constexpr Stops kDivergingDark{{{142, 202, 255},
                                {86, 160, 230},
                                {48, 110, 176},
                                {32, 63, 98},
                                {21, 26, 33},
                                {92, 42, 36},
                                {160, 68, 52},
                                {224, 112, 82},
                                {255, 180, 150}}};

}  // namespace

std::span<const protocol::Color, kColorStops> color_stops(ColorMap map) {
  switch (map) {
    case ColorMap::Viridis:
      return kViridis;
    case ColorMap::Grey:
      return kGrey;
    case ColorMap::Diverging:
      return kDiverging;
    case ColorMap::DivergingDark:
      return kDivergingDark;
    case ColorMap::Magma:
      break;
  }
  return kMagma;
}

}  // namespace qarium::widgets
