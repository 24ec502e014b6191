#pragma once
#include <array>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

struct AcrobotState {
  double theta1 = 0;      ///< upper link's angle [rad], -pi .. pi, 0 hanging straight down
  double theta2 = 0;      ///< lower link's angle relative to the upper one [rad], -pi .. pi
  double theta1_dot = 0;  ///< [rad/s], at most 4 pi either way
  double theta2_dot = 0;  ///< [rad/s], at most 9 pi either way
};

/// Acrobot-v1: two links hang from a fixed joint; a torque of -1, 0 or 1 Nm at the joint between them must swing the
/// free end one link's length above the fixed one. -1 for every step, 0 for the one that gets there; terminated there;
/// truncated after 500 steps. Observes cosine and sine of both angles, then both velocities.
///
/// Dynamics: Sutton and Barto, Reinforcement Learning, first edition, section 11.3 (the "book" variant), one classical
/// Runge-Kutta step of 0.2 s. Constants and limits: Gymnasium 0.29, classic_control/acrobot.py; as there, an episode's
/// first state is rounded to float32.
class Acrobot final : public StatefulEnvironment<AcrobotState, std::array<float, 6>> {
 public:
  static constexpr std::string_view kId = "Acrobot-v1";
  static constexpr std::string_view kDescription = "Swing the free end of two links above the line";

  explicit Acrobot(const config::EnvironmentOptions& options = {});

 private:
  AcrobotState begin(core::RandomStream& random) const override;
  StepResult advance(AcrobotState& state, int action, core::RandomStream& random) const override;
  std::array<float, 6> observation_of(const AcrobotState& state) const override;
  void draw(const std::array<float, 6>& observation, protocol::Scene& scene) const override;
};

}  // namespace qarium::env
