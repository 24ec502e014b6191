#include "engine/env/breakout.hpp"

#include <algorithm>

#include "engine/env/drawing.hpp"
#include "engine/env/grid_planes.hpp"

namespace qarium::env {
namespace {

constexpr int kSide = BreakoutState::kSide;
constexpr int kLastRow = kSide - 1;
constexpr int kCells = kSide * kSide;
constexpr int kFirstBrickRow = 1;
constexpr int kBrickRows = 3;

enum Channel : std::size_t { Paddle, Ball, Trail, Brick };
constexpr std::array<protocol::Color, 4> kColors{kPeriwinkle, kPale, kDusk, kBrown};

constexpr int kLeft = 1;
constexpr int kRight = 3;

constexpr std::size_t index(int x, int y) {
  return static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x);
}

void lay_bricks(BreakoutState& state) {
  std::fill_n(state.bricks.begin() + kFirstBrickRow * kSide, kBrickRows * kSide, true);
}

void move_paddle(BreakoutState& state, int action) {
  if (action == kLeft) state.paddle = std::max(0, state.paddle - 1);
  if (action == kRight) state.paddle = std::min(kSide - 1, state.paddle + 1);
}

/// The ball in the last row: over the paddle it bounces up, onto the paddle's cell from the side it goes back where it
/// came from, otherwise it is lost. Returns whether it is.
bool reach_last_row(BreakoutState& state, BreakoutState::Cell& next) {
  if (std::none_of(state.bricks.begin(), state.bricks.end(), [](bool brick) { return brick; })) lay_bricks(state);
  const bool over_paddle = state.ball.x == state.paddle;
  if (!over_paddle && next.x != state.paddle) return true;
  if (!over_paddle) state.direction.x = -state.direction.x;
  state.direction.y = -state.direction.y;
  next.y = state.ball.y;
  return false;
}

StepResult move_ball(BreakoutState& state) {
  StepResult result;
  BreakoutState::Cell next{state.ball.x + state.direction.x, state.ball.y + state.direction.y};
  if (next.x < 0 || next.x >= kSide) {
    next.x = state.ball.x;
    state.direction.x = -state.direction.x;
  }
  bool in_brick = false;
  if (next.y < 0) {
    next.y = 0;
    state.direction.y = -state.direction.y;
  } else if (state.bricks[index(next.x, next.y)]) {
    in_brick = true;
    if (!state.striking) {
      result.reward = 1;
      state.bricks[index(next.x, next.y)] = false;
      state.direction.y = -state.direction.y;
      next.y = state.ball.y;
    }
  } else if (next.y == kLastRow) {
    result.terminated = reach_last_row(state, next);
  }
  state.striking = in_brick;
  state.trail = state.ball;
  state.ball = next;
  return result;
}

EnvironmentSpec make_spec() {
  return {.id = std::string(Breakout::kId),
          .description = std::string(Breakout::kDescription),
          .observation_space = {.shape = {4, kSide, kSide}, .type = ScalarType::Uint8, .low = {0}, .high = {1}},
          .action_space = {{"noop", "left", "up", "right", "down", "fire"}},
          .max_episode_steps = 10'000,
          .render_fps = 15};
}

}  // namespace

Breakout::Breakout(const config::EnvironmentOptions& options)
    : StatefulEnvironment(make_spec()), sticky_action_prob_(options.sticky_action_prob) {}

BreakoutState Breakout::begin(core::RandomStream& random) const {
  BreakoutState state;
  const bool from_left = random.below(2) == 0;
  state.ball = {from_left ? 0 : kSide - 1, kFirstBrickRow + kBrickRows - 1};
  state.direction = {from_left ? 1 : -1, 1};
  state.trail = state.ball;
  state.paddle = 4;
  lay_bricks(state);
  return state;
}

StepResult Breakout::advance(BreakoutState& state, int action, core::RandomStream& random) const {
  if (random.uniform() >= sticky_action_prob_) state.last_action = action;
  move_paddle(state, state.last_action);
  return move_ball(state);
}

std::array<std::uint8_t, 400> Breakout::observation_of(const BreakoutState& state) const {
  std::array<std::uint8_t, 400> observation{};
  observation[Paddle * kCells + index(state.paddle, kLastRow)] = 1;
  observation[Ball * kCells + index(state.ball.x, state.ball.y)] = 1;
  observation[Trail * kCells + index(state.trail.x, state.trail.y)] = 1;
  std::copy(state.bricks.begin(), state.bricks.end(), observation.begin() + Brick * kCells);
  return observation;
}

void Breakout::draw(const std::array<std::uint8_t, 400>& observation, protocol::Scene& scene) const {
  clear(scene, kSide, kSide);
  // The last of several in one cell is seen: the ball may pass through a brick, and starts on its own trail.
  for (const Channel channel : {Brick, Paddle, Trail, Ball}) {
    for (std::size_t cell = 0; cell < kCells; ++cell) {
      if (observation[channel * kCells + cell] != 0) scene.grid.cells[cell] = kColors[channel];
    }
  }
}

std::vector<protocol::Landmark> Breakout::landmarks(std::span<const std::byte> observation) const {
  std::vector<protocol::Landmark> found;
  if (auto ball = first_in_plane(observation, Ball, kSide, kSide, "ball")) found.push_back(*ball);
  if (auto paddle = first_in_plane(observation, Paddle, kSide, kSide, "paddle")) found.push_back(*paddle);
  return found;
}

}  // namespace qarium::env
