#pragma once
#include <array>
#include <string_view>

#include "engine/env/minatar.hpp"

namespace qarium::env {

struct BreakoutState {
  /// Columns count from the left, rows from the top.
  struct Cell {
    int x = 0;
    int y = 0;
  };
  Cell ball;
  Cell trail;      ///< where the ball was one step ago
  Cell direction;  ///< -1 or 1 each: the ball moves along diagonals only
  int paddle = 0;  ///< its column; it lives in the last row
  minatar::Action last_action = minatar::Action::Noop;
  bool striking = false;  ///< the ball has broken a brick and has not yet been in the open: it breaks no other
  std::array<bool, minatar::kCells> bricks{};  ///< row-major
};

/// A one-cell paddle keeps a ball in play under three rows of bricks, which come back when all are gone. +1 for every
/// brick; over when the paddle misses the ball. A paddle that always returns the ball along one path which meets no
/// brick would play for ever.
struct BreakoutGame {
  using State = BreakoutState;
  static constexpr std::array<std::string_view, 2> kIds{"MinAtar/Breakout-v0", "MinAtar/Breakout-v1"};
  static constexpr std::string_view kDescription = "Bounce a ball off a paddle to break three rows of bricks";
  static constexpr std::array kMinimalActions{minatar::Action::Noop, minatar::Action::Left, minatar::Action::Right};

  enum Channel : std::size_t { Paddle, Ball, Trail, Brick };
  static constexpr double kMostReward = 1;
  static constexpr std::size_t kChannels = 4;
  /// The ball may pass through a brick, and starts on its own trail.
  static constexpr std::array<minatar::Paint, 4> kPaint{
      {{Brick, kBrown}, {Paddle, kPeriwinkle}, {Trail, kDusk}, {Ball, kPale}}};
  static constexpr std::array<minatar::Named, 2> kLandmarks{{{Ball, "ball"}, {Paddle, "paddle"}}};

  static State begin(minatar::Chance& chance);
  static minatar::Outcome play(State& state, minatar::Action action, bool ramping, minatar::Chance& chance);
  static void show(const State& state, minatar::Planes<kChannels>& planes);
};

using Breakout = MinAtar<BreakoutGame>;

}  // namespace qarium::env
