#pragma once
#include <imgui.h>

#include <vector>

#include "app/window/shader_program.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::app {

/// Pictures that are drawn in one call: where each stands on the screen, and where its cells lie in the texture, side
/// by side in one row. What shaders/cells.vert needs.
struct Placement {
  static constexpr std::size_t kMost = 64;

  std::vector<float> areas;
  std::vector<float> regions;
  int width = 0;  ///< of the texture, in cells
  int height = 0;

  /// Returns the column of the texture at which this picture begins.
  int add(const widgets::Rect& area, int rows, int columns);
  /// Whether a picture has more cells than pixels, in either direction.
  bool smaller_than_pixels() const;
};

/// Inside a draw callback, with `program` in use and its texture bound: clips as the command says and draws them all.
void draw_placed(const ImDrawCmd& command, const ShaderProgram& program, const Placement& placement);

}  // namespace qarium::app
