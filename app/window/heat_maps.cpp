#include "app/window/heat_maps.hpp"

#include <epoxy/gl.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace qarium::app {
namespace {

bool drawable(const widgets::HeatPicture& picture) {
  return picture.rows > 0 && picture.columns > 0 &&
         picture.values.size() >= static_cast<std::size_t>(picture.rows) * static_cast<std::size_t>(picture.columns);
}

void set_style(const ShaderProgram& program, const widgets::HeatStyle& style) {
  std::array<float, 3 * widgets::kColorStops> stops{};
  std::size_t at = 0;
  for (const auto& color : widgets::color_stops(style.colors)) {
    for (const auto channel : {color.red, color.green, color.blue})
      stops[at++] = static_cast<float>(channel) / 255;
  }
  const auto line = ImGui::ColorConvertU32ToFloat4(style.contour_color);
  const auto levels = static_cast<int>(std::min(style.contour_count, style.contours.size()));
  glUniform3fv(program.uniform("stops"), static_cast<int>(widgets::kColorStops), stops.data());
  glUniform2f(program.uniform("range"), style.low, style.high);
  glUniform1f(program.uniform("rest"), widgets::is_signed(style.colors) ? (style.low + style.high) / 2 : style.low);
  glUniform1f(program.uniform("opacity"), style.opacity);
  glUniform1i(program.uniform("veil"), style.veil ? 1 : 0);
  glUniform1fv(program.uniform("levels"), static_cast<int>(style.contours.size()), style.contours.data());
  glUniform1i(program.uniform("level_count"), levels);
  glUniform4f(program.uniform("line_color"), line.x, line.y, line.z, line.w);
  glUniform1f(program.uniform("line_width"), style.contour_width);
}

}  // namespace

HeatMaps::HeatMaps() {
  glGenVertexArrays(1, &vertex_array_);
}

HeatMaps::~HeatMaps() {
  glDeleteVertexArrays(1, &vertex_array_);
}

void HeatMaps::draw(ImDrawList& list, std::string_view key, std::span<const widgets::HeatPicture> pictures,
                    const widgets::HeatStyle& style) {
  pictures = pictures.first(std::min(pictures.size(), Placement::kMost));
  Job job{this, 0, style, {}};
  std::array<int, Placement::kMost> left{};
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (drawable(pictures[i])) left[i] = job.placement.add(pictures[i].area, pictures[i].rows, pictures[i].columns);
  }
  const int width = job.placement.width;
  if (width == 0) return;
  staging_.assign(static_cast<std::size_t>(width) * static_cast<std::size_t>(job.placement.height), 0.0F);
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    const auto& picture = pictures[i];
    if (!drawable(picture)) continue;
    for (int row = 0; row < picture.rows; ++row) {
      std::transform(picture.values.begin() + row * picture.columns,
                     picture.values.begin() + (row + 1) * picture.columns, staging_.begin() + row * width + left[i],
                     [](float value) { return std::isfinite(value) ? value : 0.0F; });
    }
  }
  auto found = textures_.find(key);
  if (found == textures_.end()) found = textures_.try_emplace(std::string(key)).first;
  if (found->second.hold(staging_, width, job.placement.height)) ++uploads_;
  job.texture = found->second.id();
  jobs_.push_back(std::move(job));
  list.AddCallback(render, &jobs_.back());
  list.AddCallback(ImDrawCallback_ResetRenderState, nullptr);
}

const ShaderProgram& HeatMaps::program_for(const Job& job) const {
  if (job.style.smooth) return smooth_;
  return job.style.contour_count > 0 || job.placement.smaller_than_pixels() ? crisp_ : plain_;
}

void HeatMaps::render(const ImDrawList* /*list*/, const ImDrawCmd* command) {
  const auto& job = *static_cast<const Job*>(command->UserCallbackData);
  const auto& program = job.maps->program_for(job);
  glUseProgram(program.id());
  glBindVertexArray(job.maps->vertex_array_);
  glActiveTexture(GL_TEXTURE0);
  glBindTexture(GL_TEXTURE_2D, job.texture);
  glUniform1i(program.uniform("values"), 0);
  set_style(program, job.style);
  draw_placed(*command, program, job.placement);
}

}  // namespace qarium::app
