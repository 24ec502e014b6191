#include "widgets/parts/scene_view.hpp"

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>

#include "widgets/parts/draw.hpp"

namespace qarium::widgets {
namespace {

constexpr std::size_t kCornersDrawn = 64;
constexpr float kLeastLinedCell = 5;  ///< pixels
constexpr float kLeastLetter = 3;

ImU32 packed(const protocol::Color& color) {
  return IM_COL32(color.red, color.green, color.blue, color.alpha);
}

/// World to screen: one scale for both axes, y turned over.
struct View {
  ImVec2 corner;
  float left;
  float top;
  float pixels;

  ImVec2 at(const protocol::Point& p) const {
    return {corner.x + (p.x - left) * pixels, corner.y + (top - p.y) * pixels};
  }
};

void draw_polygon(ImDrawList& list, const protocol::Polygon& polygon, const View& view) {
  std::array<ImVec2, kCornersDrawn> corners;
  const auto n = std::min(polygon.corners.size(), corners.size());
  if (n < 3) return;
  float area = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto& a = polygon.corners[i];
    const auto& b = polygon.corners[(i + 1) % n];
    area += a.x * b.y - b.x * a.y;
  }
  // ImGui smooths the border of a polygon only when it goes round clockwise on the screen.
  for (std::size_t i = 0; i < n; ++i)
    corners[area > 0 ? n - 1 - i : i] = view.at(polygon.corners[i]);
  list.AddConvexPolyFilled(corners.data(), static_cast<int>(n), packed(polygon.color));
}

void draw_words(ImDrawList& list, const protocol::Text& text, const View& view) {
  ImFont* font = ImGui::GetFont();
  const float size = text.height * view.pixels;
  if (size < kLeastLetter || text.words.empty()) return;
  const char* begin = text.words.data();
  const char* end = begin + text.words.size();
  const ImVec2 extent = font->CalcTextSizeA(size, FLT_MAX, 0, begin, end);
  list.AddText(font, size, view.at(text.centre) - ImVec2(extent.x / 2, extent.y / 2), packed(text.color), begin, end);
}

}  // namespace

Rect scene_area(const protocol::Scene& scene, const Rect& room) {
  const bool cells = scene.grid.rows > 0 && scene.grid.columns > 0;
  const float wide = cells ? static_cast<float>(scene.grid.columns) : scene.right - scene.left;
  const float high = cells ? static_cast<float>(scene.grid.rows) : scene.top - scene.bottom;
  if (!(wide > 0) || !(high > 0) || room.empty()) return room;
  float unit = std::min(room.width() / wide, room.height() / high);
  if (cells && unit >= 4) unit = std::floor(unit);
  const ImVec2 size{std::floor(wide * unit), std::floor(high * unit)};
  const ImVec2 corner{std::floor(room.centre().x - size.x / 2), std::floor(room.centre().y - size.y / 2)};
  return {corner, corner + size};
}

ImVec2 scene_point(const protocol::Scene& scene, const Rect& area, const protocol::Point& point) {
  const auto& grid = scene.grid;
  if (grid.rows > 0 && grid.columns > 0) {
    return {area.min.x + area.width() * point.x / static_cast<float>(grid.columns),
            area.min.y + area.height() * point.y / static_cast<float>(grid.rows)};
  }
  const float wide = scene.right - scene.left;
  if (!(wide > 0)) return area.centre();
  return View{area.min, scene.left, scene.top, area.width() / wide}.at(point);
}

void draw_shapes(ImDrawList& list, const protocol::Scene& scene, const Rect& area) {
  const float wide = scene.right - scene.left;
  if (!(wide > 0)) return;
  const View view{area.min, scene.left, scene.top, area.width() / wide};
  for (const auto& shape : scene.shapes) {
    if (const auto* line = std::get_if<protocol::Line>(&shape)) {
      list.AddLine(view.at(line->from), view.at(line->to), packed(line->color),
                   std::max(1.0F, line->thickness * view.pixels));
    } else if (const auto* circle = std::get_if<protocol::Circle>(&shape)) {
      list.AddCircleFilled(view.at(circle->centre), std::max(0.5F, circle->radius * view.pixels),
                           packed(circle->color));
    } else if (const auto* polygon = std::get_if<protocol::Polygon>(&shape)) {
      draw_polygon(list, *polygon, view);
    } else {
      draw_words(list, std::get<protocol::Text>(shape), view);
    }
  }
}

void draw_scene(const PanelContext& context, std::string_view key, const protocol::Scene& scene, const Rect& area,
                bool cell_lines) {
  if (area.empty()) return;
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, area, context.theme.scene_ground);
  list.PushClipRect(area.min, area.max, true);
  const auto& grid = scene.grid;
  const auto cells =
      static_cast<std::size_t>(std::max(grid.rows, 0)) * static_cast<std::size_t>(std::max(grid.columns, 0));
  if (cells > 0 && grid.cells.size() == cells) {
    // Between cells of few pixels lines would hide what they part.
    const bool lines = cell_lines && area.width() >= kLeastLinedCell * static_cast<float>(grid.columns);
    const CellStyle style{lines ? IM_COL32(0, 0, 0, 110) : 0U, std::max(1.0F, context.scale)};
    context.canvas.draw_cells(list, key, grid, area.min, area.max, style);
  }
  draw_shapes(list, scene, area);
  list.PopClipRect();
}

}  // namespace qarium::widgets
