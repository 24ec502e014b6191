#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "app/window/shader_program.hpp"
#include "widgets/canvas.hpp"

namespace qarium::app {

/// widgets::Canvas with OpenGL: each key has one texture, in which its grids lie side by side, and one draw call.
class CellCanvas final : public widgets::Canvas {
 public:
  CellCanvas();
  ~CellCanvas() override;

  /// Before the first draw of a frame.
  void begin_frame() { jobs_.clear(); }

  void draw_cells(ImDrawList& list, std::string_view key, const core::CellGrid& grid, ImVec2 min, ImVec2 max,
                  const widgets::CellStyle& style) override;
  void draw_many(ImDrawList& list, std::string_view key, std::uint64_t version,
                 std::span<const widgets::CellPicture> pictures, const widgets::CellStyle& style) override;

  /// Texture uploads so far; stands still while nothing changes.
  std::uint64_t uploads() const { return uploads_; }

 private:
  static constexpr std::size_t kMostPictures = 64;
  struct Texture {
    unsigned id = 0;
    int width = 0;
    int height = 0;
    std::vector<core::Color> content;
  };
  /// What the renderer finds when it reaches this place in the draw list.
  struct Job {
    CellCanvas* canvas = nullptr;
    unsigned texture = 0;
    widgets::CellStyle style;
    std::vector<float> areas;
    std::vector<float> regions;
  };

  void draw(ImDrawList& list, std::string_view key, std::span<const widgets::CellPicture> pictures,
            const widgets::CellStyle& style);
  void upload(Texture& texture, int width, int height);
  static void render(const ImDrawList* list, const ImDrawCmd* command);

  ShaderProgram program_{"cells"};
  unsigned vertex_array_ = 0;
  std::map<std::string, Texture, std::less<>> textures_;
  std::vector<core::Color> staging_;
  std::deque<Job> jobs_;
  std::uint64_t uploads_ = 0;
};

}  // namespace qarium::app
