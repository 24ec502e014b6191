#pragma once
#include <array>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

struct CartPoleState {
  double x = 0;          ///< cart position [m], 0 in the middle of the track
  double x_dot = 0;      ///< [m/s]
  double theta = 0;      ///< pole angle [rad], 0 upright, positive to the right
  double theta_dot = 0;  ///< [rad/s]
};

/// CartPole-v1: push a cart left or right with 10 N so that the pole on it stays up. +1 for every step, the last one
/// included; terminated beyond 2.4 m or 12 degrees; truncated after 500 steps. Observes the four numbers of its state.
///
/// Equations of motion: Florian 2007, "Correct equations for the dynamics of the cart-pole system", without friction,
/// which are Barto, Sutton and Anderson's of 1983; explicit Euler steps of 0.02 s. Constants and limits: Gymnasium
/// 0.29, classic_control/cartpole.py.
class CartPole final : public StatefulEnvironment<CartPoleState, std::array<float, 4>> {
 public:
  static constexpr std::string_view kId = "CartPole-v1";
  static constexpr std::string_view kDescription = "Balance a pole on a cart by pushing the cart left and right";

  explicit CartPole(const config::EnvironmentOptions& options = {});

 private:
  CartPoleState begin(core::RandomStream& random) const override;
  StepResult advance(CartPoleState& state, int action, core::RandomStream& random) const override;
  std::array<float, 4> observation_of(const CartPoleState& state) const override;
  void draw(const std::array<float, 4>& observation, protocol::Scene& scene) const override;
};

}  // namespace qarium::env
