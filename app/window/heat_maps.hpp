#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "app/window/kept_texture.hpp"
#include "app/window/placement.hpp"
#include "app/window/shader_program.hpp"
#include "widgets/parts/canvas.hpp"

namespace qarium::app {

/// The heat maps of a canvas: each key has one texture of numbers, in which its maps lie side by side.
class HeatMaps {
 public:
  HeatMaps();
  HeatMaps(const HeatMaps&) = delete;
  HeatMaps& operator=(const HeatMaps&) = delete;
  ~HeatMaps();

  void begin_frame() { jobs_.clear(); }
  void draw(ImDrawList& list, std::string_view key, std::span<const widgets::HeatPicture> pictures,
            const widgets::HeatStyle& style);
  std::uint64_t uploads() const { return uploads_; }

 private:
  struct Job {
    HeatMaps* maps = nullptr;
    unsigned texture = 0;
    widgets::HeatStyle style;
    Placement placement;
  };

  static void render(const ImDrawList* list, const ImDrawCmd* command);

  const ShaderProgram& program_for(const Job& job) const;

  ShaderProgram plain_{"cells", "heatmap", "PLAIN"};
  ShaderProgram crisp_{"cells", "heatmap"};
  ShaderProgram smooth_{"cells", "heatmap", "SMOOTH"};
  unsigned vertex_array_ = 0;
  std::map<std::string, KeptTexture<float>, std::less<>> textures_;
  std::vector<float> staging_;
  std::deque<Job> jobs_;
  std::uint64_t uploads_ = 0;
};

}  // namespace qarium::app
