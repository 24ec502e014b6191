#pragma once
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/presets.hpp"
#include "engine/protocol/snapshot.hpp"
#include "widgets/attention/attention_curves.hpp"
#include "widgets/curves/curves.hpp"
#include "widgets/parts/canvas.hpp"

/// Invented snapshots and curves to draw, as a run of some hundred thousand steps would give.
namespace qarium::fakes {

protocol::Scene breakout_scene(int step);
protocol::Scene cartpole_scene(int step);
protocol::TrainerSnapshot trainer();
/// An update with double Q-learning, returns of 3 steps and a batch of 64.
protocol::UpdateView update();
/// Of what is shown when the stage looks at this moment; without one of its own for a moment that has no id.
protocol::Basis basis(const protocol::EpisodeFrame& moment);
/// `behind` steps before the live end.
protocol::StageSnapshot stage(std::int64_t behind = 0);
/// What a DQN registers, in its order.
std::shared_ptr<const std::vector<protocol::Metric>> metrics();
/// The place of the metric of this name among them.
protocol::MetricId metric(std::string_view name);
/// Merged of one value.
protocol::MetricPoint point(std::string_view metric, std::int64_t step, float value);
widgets::Curves curves();
widgets::AttentionCurves attention_curves(int heads = 4);
std::vector<config::Preset> presets();

/// Notes what it was asked to draw.
class RecordingCanvas : public widgets::Canvas {
 public:
  struct Call {
    std::string key;
    int rows = 0;
    int columns = 0;
    widgets::Rect area;
  };
  struct HeatCall {
    std::string key;
    std::vector<widgets::Rect> areas;
    std::vector<std::vector<float>> values;
    widgets::HeatStyle style;
  };
  void draw_heat(ImDrawList& list, std::string_view key, std::span<const widgets::HeatPicture> pictures,
                 const widgets::HeatStyle& style) override;
  void draw_cells(ImDrawList& list, std::string_view key, const protocol::CellGrid& grid, ImVec2 min, ImVec2 max,
                  const widgets::CellStyle& style) override;
  std::vector<Call> calls;
  std::vector<HeatCall> heat;
};

}  // namespace qarium::fakes
