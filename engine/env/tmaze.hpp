#pragma once
#include <array>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

struct TMazeState {
  int x = 0;     ///< cells to the right of the cue's cell
  int y = 0;     ///< 0 in the corridor, 1 and -1 in the goal cells above and below the junction
  int cue = 1;   ///< 1 or -1: which goal cell pays
  int time = 0;  ///< steps taken
  bool cue_read = false;
  bool cue_shown = false;  ///< in the present observation
};

/// A corridor that ends in a junction with a goal cell above and one below. Which of them pays is told once, at the
/// corridor's other end, and must be remembered. T-Maze of Ni, Ma, Eysenbach and Bacon 2023, "When Do Transformers
/// Shine in RL? Decoupling Memory from Credit Assignment", as the program published with the paper (Memory-RL,
/// envs/tmaze.py) has it, after Bakker 2001, "Reinforcement Learning with Long Short-Term Memory".
///
/// With T = `corridor_length` the agent starts o cells to the right of the cue's cell, and the junction is T cells to
/// the right of the start. Left, up, right and down move one cell; a move into a wall does nothing. The episode is
/// over, terminated, after T + 2 o + 1 steps, never before. The last step pays 1 if the agent is then in the goal cell
/// that the cue named, else 0. Every other step costs 1 / T if the agent is behind the one that fetched the cue first
/// and went right ever after: if x < time - o, time counting this step.
///
/// With `cue_rewards` = unequal (not in the paper) the lower goal cell pays 0.2 where the cue named it, so that what is
/// to be expected depends on the cue.
///
/// Observes float32 [2]: in the cue's cell, when it is entered for the first time (or started in), [0, cue]; at the
/// junction [1, 0]; in a goal cell [1, y]; elsewhere, and in the cue's cell ever after, [0, 0].
class TMaze : public StatefulEnvironment<TMazeState, std::array<float, 2>> {
 protected:
  /// `start` is o. Throws core::UserError for a corridor length out of the table's range.
  TMaze(std::string_view id, std::string_view description, int start, const config::EnvironmentOptions& options);

 private:
  TMazeState begin(core::RandomStream& random) const override;
  StepResult advance(TMazeState& state, int action, core::RandomStream& random) const override;
  std::array<float, 2> observation_of(const TMazeState& state) const override;
  /// The maze, with the agent where the observation tells its place.
  void draw(const std::array<float, 2>& observation, protocol::Scene& scene) const override;
  /// The maze, the agent and the goal; the cue is bright while it is shown.
  void draw_state(const TMazeState& state, protocol::Scene& scene) const override;

  int start_;
  int junction_;
  int episode_length_;
  float penalty_;
  float lower_reward_;  ///< of the lower goal cell, where the cue names it
};

/// "tmaze_passive": o = 0. The cue is the first observation; going right T times, then to the cue's side, is optimal.
class TMazePassive final : public TMaze {
 public:
  static constexpr std::string_view kId = "tmaze_passive";
  static constexpr std::string_view kDescription = "Remember a cue along a corridor, and turn the way it said";

  explicit TMazePassive(const config::EnvironmentOptions& options = {}) : TMaze(kId, kDescription, 0, options) {}
};

/// "tmaze_active": o = 1. The agent must first step back to read the cue.
class TMazeActive final : public TMaze {
 public:
  static constexpr std::string_view kId = "tmaze_active";
  static constexpr std::string_view kDescription =
      "Fetch a cue, remember it along a corridor, and turn the way it said";

  explicit TMazeActive(const config::EnvironmentOptions& options = {}) : TMaze(kId, kDescription, 1, options) {}
};

}  // namespace qarium::env
