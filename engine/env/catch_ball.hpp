#pragma once
#include <array>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

struct CatchBallState {
  static constexpr int kMaxDistractors = 16;

  struct Cell {
    int row = 0;  ///< from the top
    int column = 0;
  };
  Cell ball;
  int paddle = 0;                                   ///< its column; it lives in the last row
  std::array<Cell, kMaxDistractors> distractors{};  ///< as many as the options say count
};

/// "catch": after Catch of Osband et al. 2020, "Behaviour Suite for Reinforcement Learning". A ball falls one row a
/// step from a random column of the top row; the paddle, which begins in the middle column (n / 2), moves one column
/// or stays. The episode is over, terminated, when the ball reaches the last row after n - 1 steps: +1 if the paddle,
/// moved by the same action, is there, else -1. No other step pays.
///
/// `grid_size` is n, rows and columns alike (bsuite has 10 rows and 5 columns). `distractors` adds balls that mean
/// nothing: each begins in a random cell, falls with the ball, and comes back at the top, in a random column, after the
/// last row. They may share cells with anything. The ball's column does not depend on how many there are.
///
/// Observes uint8 [3, n, n], 0 or 1: ball, paddle, distractor.
class CatchBall final : public PlainStateEnvironment<CatchBallState> {
 public:
  static constexpr std::string_view kId = "catch";
  static constexpr std::string_view kDescription = "Be under a falling ball when it lands";

  /// Throws core::UserError for a grid size or a number of distractors out of the table's range.
  explicit CatchBall(const config::EnvironmentOptions& options = {});

  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;
  /// "ball" and "paddle", as far as they are seen.
  std::vector<protocol::Landmark> landmarks(std::span<const std::byte> observation) const override;

 private:
  CatchBallState begin(core::RandomStream& random) const override;
  StepResult advance(CatchBallState& state, int action, core::RandomStream& random) const override;
  void observe_state(const CatchBallState& state, std::span<std::byte> out) const override;
  void draw_state(const CatchBallState& state, protocol::Scene& scene) const override;

  int random_column(core::RandomStream& random) const;

  int side_;
  std::size_t distractors_;
};

}  // namespace qarium::env
