#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

struct BreakoutState {
  static constexpr int kSide = 10;

  /// Columns count from the left, rows from the top.
  struct Cell {
    int x = 0;
    int y = 0;
  };
  Cell ball;
  Cell trail;      ///< where the ball was one step ago
  Cell direction;  ///< -1 or 1 each: the ball moves along diagonals only
  int paddle = 0;  ///< its column; it lives in the last row
  int last_action = 0;
  bool striking = false;  ///< the ball has broken a brick and has not yet been in the open: it breaks no other
  std::array<bool, kSide * kSide> bricks{};  ///< row-major
};

/// "MinAtar/Breakout-v1": Young and Tian 2019, "MinAtar: An Atari-Inspired Testbed for Thorough and Reproducible
/// Reinforcement Learning Experiments". A one-cell paddle keeps a ball in play under three rows of bricks, which come
/// back when all are gone. +1 for every brick; terminated when the paddle misses the ball. The ball leaves the paddle
/// to one or the other side depending on where it came from.
///
/// Observes uint8 [4, 10, 10], 0 or 1: paddle, ball, trail, brick. Actions are MinAtar's six, of which up, down and
/// fire do nothing here. With probability `sticky_action_prob` the previous action is repeated; an episode's first
/// "previous" action is noop (MinAtar remembers it across episodes, so that its episodes are not independent).
/// MinAtar's difficulty does not ramp in Breakout: `difficulty_ramping` has no effect.
///
/// MinAtar has no time limit. A paddle that always returns the ball along one path which meets no brick never ends, so
/// an episode is truncated after 10,000 steps, far beyond what an agent that misses now and then reaches.
class Breakout final : public StatefulEnvironment<BreakoutState, std::array<std::uint8_t, 400>> {
 public:
  static constexpr std::string_view kId = "MinAtar/Breakout-v1";
  static constexpr std::string_view kDescription = "Bounce a ball off a paddle to break three rows of bricks";

  explicit Breakout(const config::EnvironmentOptions& options = {});

  /// "ball" and "paddle", as far as they are seen.
  std::vector<protocol::Landmark> landmarks(std::span<const std::byte> observation) const override;

 private:
  BreakoutState begin(core::RandomStream& random) const override;
  StepResult advance(BreakoutState& state, int action, core::RandomStream& random) const override;
  std::array<std::uint8_t, 400> observation_of(const BreakoutState& state) const override;
  void draw(const std::array<std::uint8_t, 400>& observation, protocol::Scene& scene) const override;

  double sticky_action_prob_;
};

}  // namespace qarium::env
