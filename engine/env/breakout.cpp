#include "engine/env/breakout.hpp"

#include <algorithm>
#include <cstring>

namespace qarium::env {
namespace {

using minatar::Action;
using minatar::kSide;
using minatar::Outcome;

constexpr int kLastRow = kSide - 1;
constexpr int kFirstBrickRow = 1;
constexpr int kBrickRows = 3;

constexpr std::size_t index(int x, int y) {
  return static_cast<std::size_t>(y) * kSide + static_cast<std::size_t>(x);
}

void lay_bricks(BreakoutState& state) {
  std::fill_n(state.bricks.begin() + kFirstBrickRow * kSide, kBrickRows * kSide, true);
}

void move_paddle(BreakoutState& state, Action action) {
  if (action == Action::Left) state.paddle = std::max(0, state.paddle - 1);
  if (action == Action::Right) state.paddle = std::min(kSide - 1, state.paddle + 1);
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

Outcome move_ball(BreakoutState& state) {
  Outcome outcome;
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
      outcome.reward = 1;
      state.bricks[index(next.x, next.y)] = false;
      state.direction.y = -state.direction.y;
      next.y = state.ball.y;
    }
  } else if (next.y == kLastRow) {
    outcome.over = reach_last_row(state, next);
  }
  state.striking = in_brick;
  state.trail = state.ball;
  state.ball = next;
  return outcome;
}

}  // namespace

BreakoutState BreakoutGame::begin(minatar::Chance& chance) {
  BreakoutState state;
  const bool from_left = chance.below(2) == 0;
  state.ball = {from_left ? 0 : kSide - 1, kFirstBrickRow + kBrickRows - 1};
  state.direction = {from_left ? 1 : -1, 1};
  state.trail = state.ball;
  state.paddle = 4;
  lay_bricks(state);
  return state;
}

Outcome BreakoutGame::play(BreakoutState& state, Action action, bool /*ramping*/, minatar::Chance& /*chance*/) {
  move_paddle(state, action);
  return move_ball(state);
}

void BreakoutGame::show(const BreakoutState& state, minatar::Planes<kChannels>& planes) {
  planes.set(Paddle, state.paddle, kLastRow);
  planes.set(Ball, state.ball.x, state.ball.y);
  planes.set(Trail, state.trail.x, state.trail.y);
  static_assert(sizeof state.bricks == minatar::kCells);
  std::memcpy(planes.cells.data() + Brick * minatar::kCells, state.bricks.data(), minatar::kCells);
}

}  // namespace qarium::env
