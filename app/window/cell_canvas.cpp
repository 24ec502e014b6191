#include "app/window/cell_canvas.hpp"

#include <epoxy/gl.h>

#include <algorithm>

namespace qarium::app {

CellCanvas::CellCanvas() {
  glGenVertexArrays(1, &vertex_array_);
}

CellCanvas::~CellCanvas() {
  glDeleteVertexArrays(1, &vertex_array_);
}

void CellCanvas::draw_cells(ImDrawList& list, std::string_view key, const protocol::CellGrid& grid, ImVec2 min,
                            ImVec2 max, const widgets::CellStyle& style) {
  const widgets::CellPicture picture{&grid, {min, max}};
  draw(list, key, {&picture, 1}, style);
}

void CellCanvas::draw_many(ImDrawList& list, std::string_view key, std::uint64_t /*version*/,
                           std::span<const widgets::CellPicture> pictures, const widgets::CellStyle& style) {
  for (std::size_t first = 0; first < pictures.size(); first += Placement::kMost) {
    const auto count = std::min(Placement::kMost, pictures.size() - first);
    draw(list, first == 0 ? std::string(key) : std::string(key) + "/" + std::to_string(first),
         pictures.subspan(first, count), style);
  }
}

void CellCanvas::draw(ImDrawList& list, std::string_view key, std::span<const widgets::CellPicture> pictures,
                      const widgets::CellStyle& style) {
  Job job{this, 0, style, {}};
  for (const auto& [grid, area] : pictures) {
    if (!grid->cells.empty()) job.placement.add(area, grid->rows, grid->columns);
  }
  const int width = job.placement.width;
  const int height = job.placement.height;
  if (width == 0) return;
  staging_.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(height), {});
  int left = 0;
  for (const auto& [grid, area] : pictures) {
    if (grid->cells.empty()) continue;
    for (int row = 0; row < grid->rows; ++row) {
      std::copy_n(grid->cells.begin() + row * grid->columns, grid->columns, staging_.begin() + row * width + left);
    }
    left += grid->columns;
  }
  auto found = textures_.find(key);
  if (found == textures_.end()) found = textures_.try_emplace(std::string(key)).first;
  if (found->second.hold(staging_, width, height)) ++uploads_;
  job.texture = found->second.id();
  jobs_.push_back(std::move(job));
  list.AddCallback(render, &jobs_.back());
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

void CellCanvas::render(const ImDrawList* /*list*/, const ImDrawCmd* command) {
  const auto& job = *static_cast<const Job*>(command->UserCallbackData);
  const auto& program = job.canvas->program_;
  const auto line = ImGui::ColorConvertU32ToFloat4(job.style.line);
  glUseProgram(program.id());
  glBindVertexArray(job.canvas->vertex_array_);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, job.texture);
  glUniform1i(program.uniform("cells"), 0);
  glUniform4f(program.uniform("line_color"), line.x, line.y, line.z, line.w);
  glUniform1f(program.uniform("line_width"), job.style.line_width);
  draw_placed(*command, program, job.placement);
}

}  // namespace qarium::app
