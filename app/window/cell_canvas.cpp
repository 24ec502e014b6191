#include "app/window/cell_canvas.hpp"

#include <epoxy/gl.h>

#include <algorithm>

namespace qarium::app {

CellCanvas::CellCanvas() {
  glGenVertexArrays(1, &vertex_array_);
}

CellCanvas::~CellCanvas() {
  for (const auto& [key, texture] : textures_)
    glDeleteTextures(1, &texture.id);
  glDeleteVertexArrays(1, &vertex_array_);
}

void CellCanvas::draw_cells(ImDrawList& list, std::string_view key, const core::CellGrid& grid, ImVec2 min, ImVec2 max,
                            const widgets::CellStyle& style) {
  const widgets::CellPicture picture{&grid, {min, max}};
  draw(list, key, {&picture, 1}, style);
}

void CellCanvas::draw_many(ImDrawList& list, std::string_view key, std::uint64_t /*version*/,
                           std::span<const widgets::CellPicture> pictures, const widgets::CellStyle& style) {
  for (std::size_t first = 0; first < pictures.size(); first += kMostPictures) {
    const auto count = std::min(kMostPictures, pictures.size() - first);
    draw(list, first == 0 ? std::string(key) : std::string(key) + "/" + std::to_string(first),
         pictures.subspan(first, count), style);
  }
}

void CellCanvas::draw(ImDrawList& list, std::string_view key, std::span<const widgets::CellPicture> pictures,
                      const widgets::CellStyle& style) {
  // Side by side in one row of the texture.
  int width = 0;
  int height = 0;
  Job job{this, 0, style, {}, {}};
  for (const auto& [grid, area] : pictures) {
    if (grid->cells.empty()) continue;
    job.areas.insert(job.areas.end(), {area.min.x, area.min.y, area.max.x, area.max.y});
    job.regions.insert(job.regions.end(), {static_cast<float>(width), 0.0F, static_cast<float>(grid->columns),
                                           static_cast<float>(grid->rows)});
    width += grid->columns;
    height = std::max(height, grid->rows);
  }
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
  if (found == textures_.end()) found = textures_.emplace(std::string(key), Texture{}).first;
  upload(found->second, width, height);
  job.texture = found->second.id;
  jobs_.push_back(std::move(job));
  list.AddCallback(render, &jobs_.back());
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

void CellCanvas::upload(Texture& texture, int width, int height) {
  const bool same_size = texture.id != 0 && texture.width == width && texture.height == height;
  if (same_size && texture.content == staging_) return;
  if (texture.id == 0) glGenTextures(1, &texture.id);
  int bound = 0;
  glGetIntegerv(GL_TEXTURE_BINDING_2D, &bound);
  glBindTexture(GL_TEXTURE_2D, texture.id);
  if (same_size) {
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, staging_.data());
  } else {
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, staging_.data());
  }
  glBindTexture(GL_TEXTURE_2D, static_cast<unsigned>(bound));
  texture.width = width;
  texture.height = height;
  texture.content = staging_;
  ++uploads_;
}

void CellCanvas::render(const ImDrawList* /*list*/, const ImDrawCmd* command) {
  const auto& job = *static_cast<const Job*>(command->UserCallbackData);
  const auto& program = job.canvas->program_;
  const auto* data = ImGui::GetDrawData();
  const ImVec2 scale = data->FramebufferScale;
  const auto& clip = command->ClipRect;
  const auto height = data->DisplaySize.y * scale.y;
  glScissor(static_cast<int>((clip.x - data->DisplayPos.x) * scale.x),
            static_cast<int>(height - (clip.w - data->DisplayPos.y) * scale.y),
            static_cast<int>((clip.z - clip.x) * scale.x), static_cast<int>((clip.w - clip.y) * scale.y));
  const auto line = ImGui::ColorConvertU32ToFloat4(job.style.line);
  const auto count = static_cast<int>(job.areas.size() / 4);
  glUseProgram(program.id());
  glBindVertexArray(job.canvas->vertex_array_);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, job.texture);
  glUniform1i(program.uniform("cells"), 0);
  glUniform4f(program.uniform("display"), data->DisplayPos.x, data->DisplayPos.y, data->DisplaySize.x,
              data->DisplaySize.y);
  glUniform4fv(program.uniform("areas"), count, job.areas.data());
  glUniform4fv(program.uniform("regions"), count, job.regions.data());
  glUniform4f(program.uniform("line_color"), line.x, line.y, line.z, line.w);
  glUniform1f(program.uniform("line_width"), job.style.line_width);
  glDrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, count);
}

}  // namespace qarium::app
