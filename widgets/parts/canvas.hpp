#pragma once
#include <imgui.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "engine/protocol/scene.hpp"
#include "widgets/parts/color_map.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

struct CellStyle {
  ImU32 line = 0;        ///< colour of the lines between cells; alpha 0 = none
  float line_width = 1;  ///< in pixels
};

/// One of several grids drawn together.
struct CellPicture {
  const protocol::CellGrid* grid = nullptr;
  Rect area;
};

/// One of several heat maps drawn together: rows x columns of numbers, row by row. One that is not finite counts as 0.
struct HeatPicture {
  std::span<const float> values;
  int rows = 0;
  int columns = 0;
  Rect area;
};

struct HeatStyle {
  ColorMap colors = ColorMap::Magma;
  float low = 0;  ///< these values have the map's first and last colour
  float high = 1;
  bool smooth = false;  ///< between the cells' centres, instead of crisp cells
  bool veil = false;    ///< the lower the value the more of what lies beneath is seen
  float opacity = 1;
  /// Lines around what is at or above these values.
  std::array<float, 3> contours{};
  std::size_t contour_count = 0;
  ImU32 contour_color = 0;
  float contour_width = 1;  ///< in pixels
};

/// Draws grids of cells, each as one texture through a shader: crisp cells at any size, never a rectangle per cell.
/// The program implements it with OpenGL; tests record the calls. Called between ImGui::NewFrame and ImGui::Render, it
/// adds to `list` at its present place in the drawing order and under its present clip rectangle.
class Canvas {
 public:
  Canvas() = default;
  Canvas(const Canvas&) = delete;
  Canvas& operator=(const Canvas&) = delete;
  virtual ~Canvas() = default;

  /// `key` names the texture, which is kept and re-used from frame to frame; cells are uploaded again only when they
  /// differ from what the key holds. The grid need not outlive the call. An empty grid draws nothing.
  virtual void draw_cells(ImDrawList& list, std::string_view key, const protocol::CellGrid& grid, ImVec2 min,
                          ImVec2 max, const CellStyle& style) = 0;

  /// Heat maps under one key, kept and uploaded like cells. A picture with fewer values than cells draws nothing.
  virtual void draw_heat(ImDrawList& list, std::string_view key, std::span<const HeatPicture> pictures,
                         const HeatStyle& style) = 0;

  /// Up to some 64 small grids at once. An implementation should keep them in one atlas and draw them in one call;
  /// `version` is equal to the last call's with this key when no grid has changed, so that nothing need be compared.
  virtual void draw_many(ImDrawList& list, std::string_view key, std::uint64_t version,
                         std::span<const CellPicture> pictures, const CellStyle& style) {
    (void)version;
    for (std::size_t i = 0; i < pictures.size(); ++i) {
      const auto& picture = pictures[i];
      draw_cells(list, std::string(key) + '/' + std::to_string(i), *picture.grid, picture.area.min, picture.area.max,
                 style);
    }
  }
};

}  // namespace qarium::widgets
