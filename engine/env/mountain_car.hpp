#pragma once
#include <array>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

struct MountainCarState {
  double position = 0;  ///< -1.2 .. 0.6; the valley's floor is at -pi/6, the goal at 0.5
  double velocity = 0;  ///< -0.07 .. 0.07 per step
};

/// MountainCar-v0: an engine too weak for the hill must swing up to the flag. -1 for every step; terminated at the
/// flag; truncated after 200 steps. The left wall stops the car. Observes position and velocity.
///
/// Dynamics: Moore 1990, "Efficient Memory-based Learning for Robot Control", with Sutton and Barto's constants
/// (Reinforcement Learning, example 10.1) and Gymnasium 0.29's bounds, classic_control/mountain_car.py.
class MountainCar final : public StatefulEnvironment<MountainCarState, std::array<float, 2>> {
 public:
  static constexpr std::string_view kId = "MountainCar-v0";
  static constexpr std::string_view kDescription = "Swing a weak car out of a valley up to the flag";

  explicit MountainCar(const config::EnvironmentOptions& options = {});

 private:
  MountainCarState begin(core::RandomStream& random) const override;
  StepResult advance(MountainCarState& state, int action, core::RandomStream& random) const override;
  std::array<float, 2> observation_of(const MountainCarState& state) const override;
  void draw(const std::array<float, 2>& observation, protocol::Scene& scene) const override;
};

}  // namespace qarium::env
