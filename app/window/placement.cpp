#include "app/window/placement.hpp"

#include <epoxy/gl.h>

#include <algorithm>

namespace qarium::app {

int Placement::add(const widgets::Rect& area, int rows, int columns) {
  const int left = width;
  areas.insert(areas.end(), {area.min.x, area.min.y, area.max.x, area.max.y});
  regions.insert(regions.end(),
                 {static_cast<float>(left), 0.0F, static_cast<float>(columns), static_cast<float>(rows)});
  width += columns;
  height = std::max(height, rows);
  return left;
}

bool Placement::smaller_than_pixels() const {
  for (std::size_t i = 0; i < areas.size(); i += 4) {
    if (areas[i + 2] - areas[i] < regions[i + 2] || areas[i + 3] - areas[i + 1] < regions[i + 3]) return true;
  }
  return false;
}

void draw_placed(const ImDrawCmd& command, const ShaderProgram& program, const Placement& placement) {
  const auto* data = ImGui::GetDrawData();
  const ImVec2 scale = data->FramebufferScale;
  const auto& clip = command.ClipRect;
  const auto height = data->DisplaySize.y * scale.y;
  glScissor(static_cast<int>((clip.x - data->DisplayPos.x) * scale.x),
            static_cast<int>(height - (clip.w - data->DisplayPos.y) * scale.y),
            static_cast<int>((clip.z - clip.x) * scale.x), static_cast<int>((clip.w - clip.y) * scale.y));
  const auto count = static_cast<int>(placement.areas.size() / 4);
  glUniform4f(program.uniform("display"), data->DisplayPos.x, data->DisplayPos.y, data->DisplaySize.x,
              data->DisplaySize.y);
  glUniform4fv(program.uniform("areas"), count, placement.areas.data());
  glUniform4fv(program.uniform("regions"), count, placement.regions.data());
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, count);
}

}  // namespace qarium::app
