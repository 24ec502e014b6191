#include "engine/env/tmaze.hpp"

#include <algorithm>
#include <optional>

#include "engine/env/drawing.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

enum Action { Left, Up, Right, Down };

EnvironmentSpec make_spec(std::string_view id, std::string_view description) {
  return {.id = std::string(id),
          .description = std::string(description),
          .observation_space = {.shape = {2}, .low = {0, -1}, .high = {1, 1}},
          .action_space = {{"left", "up", "right", "down"}},
          .render_fps = 8,
          .most_reward = 1,
          .most_return = 1,
          .least_reward = -1,
          .least_return = -1};
}

void read_cue(TMazeState& state) {
  state.cue_shown = state.x == 0 && !state.cue_read;
  state.cue_read = state.cue_read || state.cue_shown;
}

// The picture is a schematic of one size: a longer corridor has narrower cells.
constexpr float kLength = 10;
constexpr float kHalfWidth = 0.45F;
constexpr float kGoal = 1.4F;  ///< from the corridor's axis
constexpr float kAgent = 0.3F;
constexpr int kMostWalls = 40;

struct Place {
  int x = 0;
  int y = 0;
};

/// What of the maze is to be drawn.
struct View {
  std::optional<Place> agent;
  int cue = 0;  ///< 0 = not known
  bool cue_shown = false;
};

void draw_cue(std::vector<protocol::Shape>& shapes, const View& view) {
  constexpr float kY = -1.1F;
  constexpr float kSize = 0.35F;
  if (view.cue == 0) {
    shapes.emplace_back(protocol::Circle{{0, kY}, 0.12F, kSlate});
    return;
  }
  const float up = view.cue > 0 ? kSize : -kSize;
  shapes.emplace_back(
      protocol::Polygon{{{-kSize, kY - up}, {kSize, kY - up}, {0, kY + up}}, view.cue_shown ? kAmber : faint(kAmber)});
}

void draw_maze(const View& view, int junction, protocol::Scene& scene) {
  clear(scene, {-1, kLength + 1, -2.2F, 2.2F});
  auto& shapes = scene.shapes;
  shapes.emplace_back(rectangle({kLength / 2, 0}, kLength / 2 + kHalfWidth, kHalfWidth, kSlate));
  const float cell = kLength / static_cast<float>(junction);
  for (int i = 0; i < junction && junction <= kMostWalls; ++i) {
    const float x = (static_cast<float>(i) + 0.5F) * cell;
    shapes.emplace_back(protocol::Line{{x, -kHalfWidth}, {x, kHalfWidth}, 0.02F, faint(kGrey)});
  }
  for (const int side : {1, -1}) {
    const auto sign = static_cast<float>(side);
    const protocol::Color color = side == view.cue ? kTeal : kGrey;
    shapes.emplace_back(
        rectangle({kLength, sign * (kGoal + kHalfWidth) / 2}, kHalfWidth, (kGoal - kHalfWidth) / 2, kSlate));
    shapes.emplace_back(rectangle({kLength, sign * kGoal}, kHalfWidth, kHalfWidth, color));
  }
  draw_cue(shapes, view);
  if (view.agent) {
    const protocol::Point centre{static_cast<float>(view.agent->x) * cell, static_cast<float>(view.agent->y) * kGoal};
    shapes.emplace_back(protocol::Circle{centre, kAgent, kBlue});
  }
}

}  // namespace

TMaze::TMaze(std::string_view id, std::string_view description, int start, const config::EnvironmentOptions& options)
    : StatefulEnvironment(make_spec(id, description)), start_(start) {
  const int length = within_range("environment.corridor_length", options.corridor_length);
  junction_ = start + length;
  episode_length_ = length + 2 * start + 1;
  penalty_ = static_cast<float>(-1.0 / length);
  lower_reward_ = options.cue_rewards == "unequal" ? 0.2F : 1.0F;
}

TMazeState TMaze::begin(core::RandomStream& random) const {
  TMazeState state;
  state.x = start_;
  state.cue = random.below(2) == 0 ? -1 : 1;
  read_cue(state);
  return state;
}

StepResult TMaze::advance(TMazeState& state, int action, core::RandomStream&) const {
  if (state.y == 0) {
    if (action == Left) state.x = std::max(0, state.x - 1);
    if (action == Right) state.x = std::min(junction_, state.x + 1);
  }
  if (state.x == junction_) {
    if (action == Up) state.y = std::min(1, state.y + 1);
    if (action == Down) state.y = std::max(-1, state.y - 1);
  }
  read_cue(state);
  ++state.time;
  if (state.time >= episode_length_) {
    const float prize = state.cue > 0 ? 1.0F : lower_reward_;
    return {.reward = state.y == state.cue ? prize : 0.0F, .terminated = true};
  }
  return {.reward = state.x < state.time - start_ ? penalty_ : 0.0F};
}

std::array<float, 2> TMaze::observation_of(const TMazeState& state) const {
  if (state.cue_shown) return {0, static_cast<float>(state.cue)};
  if (state.x == junction_) return {1, static_cast<float>(state.y)};
  return {0, 0};
}

void TMaze::draw(const std::array<float, 2>& observation, protocol::Scene& scene) const {
  const auto told = static_cast<int>(observation[1]);
  View view;
  if (observation[0] != 0) {
    view.agent = Place{junction_, told};
  } else if (told != 0) {
    view = {.agent = Place{0, 0}, .cue = told, .cue_shown = true};
  }
  draw_maze(view, junction_, scene);
}

void TMaze::draw_state(const TMazeState& state, protocol::Scene& scene) const {
  draw_maze({.agent = Place{state.x, state.y}, .cue = state.cue, .cue_shown = state.cue_shown}, junction_, scene);
}

}  // namespace qarium::env
