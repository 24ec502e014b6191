#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace qarium::protocol {

/// What an environment looks like at one moment, as plain data: either a grid of coloured cells (grid games) or shapes
/// in world coordinates (control tasks). Environments fill it, panels draw it; neither knows the other.

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
  std::uint8_t alpha = 255;
  friend bool operator==(const Color&, const Color&) = default;
};

struct Point {
  float x = 0;
  float y = 0;
};

/// Lengths and thicknesses are in world units.
struct Line {
  Point from;
  Point to;
  float thickness = 0;
  Color color;
};

struct Circle {
  Point centre;
  float radius = 0;
  Color color;
};

/// Convex, filled, in order around its border.
struct Polygon {
  std::vector<Point> corners;
  Color color;
};

/// Words in one line, as high as `height`.
struct Text {
  Point centre;
  float height = 1;
  Color color;
  std::string words;
};

using Shape = std::variant<Line, Circle, Polygon, Text>;

/// Row 0 is at the top; cells are row-major; empty when the scene is made of shapes.
struct CellGrid {
  int rows = 0;
  int columns = 0;
  std::vector<Color> cells;
};

/// Something that stands in one cell of a grid, by name.
struct Landmark {
  std::string name;  ///< "ball"
  int row = 0;
  int column = 0;
};

struct Scene {
  CellGrid grid;
  std::vector<Shape> shapes;
  /// World rectangle that the shapes live in; y grows upward.
  float left = 0;
  float right = 1;
  float bottom = 0;
  float top = 1;
  /// Where each row of the observation stands in this picture, in the order of the rows: in cells of the grid, x to the
  /// right and y down, the first one's middle at (0.5, 0.5); without a grid in world coordinates. Null for a row that
  /// is absent or whose place is not known; empty where the environment cannot tell.
  std::vector<std::optional<Point>> places;
};

}  // namespace qarium::protocol
