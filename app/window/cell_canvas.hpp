#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "app/window/heat_maps.hpp"
#include "app/window/kept_texture.hpp"
#include "app/window/placement.hpp"
#include "app/window/shader_program.hpp"
#include "widgets/parts/canvas.hpp"

namespace qarium::app {

/// widgets::Canvas with OpenGL: each key has one texture, in which its grids lie side by side, and one draw call.
class CellCanvas final : public widgets::Canvas {
 public:
  CellCanvas();
  ~CellCanvas() override;

  /// Before the first draw of a frame.
  void begin_frame() {
    jobs_.clear();
    heat_maps_.begin_frame();
  }

  void draw_cells(ImDrawList& list, std::string_view key, const protocol::CellGrid& grid, ImVec2 min, ImVec2 max,
                  const widgets::CellStyle& style) override;
  void draw_many(ImDrawList& list, std::string_view key, std::uint64_t version,
                 std::span<const widgets::CellPicture> pictures, const widgets::CellStyle& style) override;

  void draw_heat(ImDrawList& list, std::string_view key, std::span<const widgets::HeatPicture> pictures,
                 const widgets::HeatStyle& style) override {
    heat_maps_.draw(list, key, pictures, style);
  }

  /// Texture uploads so far; stands still while nothing changes.
  std::uint64_t uploads() const { return uploads_ + heat_maps_.uploads(); }

 private:
  /// What the renderer finds when it reaches this place in the draw list.
  struct Job {
    CellCanvas* canvas = nullptr;
    unsigned texture = 0;
    widgets::CellStyle style;
    Placement placement;
  };

  void draw(ImDrawList& list, std::string_view key, std::span<const widgets::CellPicture> pictures,
            const widgets::CellStyle& style);
  static void render(const ImDrawList* list, const ImDrawCmd* command);

  ShaderProgram program_{"cells"};
  HeatMaps heat_maps_;
  unsigned vertex_array_ = 0;
  std::map<std::string, KeptTexture<protocol::Color>, std::less<>> textures_;
  std::vector<protocol::Color> staging_;
  std::deque<Job> jobs_;
  std::uint64_t uploads_ = 0;
};

}  // namespace qarium::app
