#include "engine/env/cartpole.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include "engine/env/drawing.hpp"

namespace qarium::env {
namespace {

constexpr double kGravity = 9.8;
constexpr double kCartMass = 1.0;
constexpr double kPoleMass = 0.1;
constexpr double kTotalMass = kPoleMass + kCartMass;
constexpr double kHalfLength = 0.5;
constexpr double kForce = 10.0;
constexpr double kTimeStep = 0.02;
constexpr double kXLimit = 2.4;
constexpr double kThetaLimit = 12 * 2 * std::numbers::pi / 360;

EnvironmentSpec make_spec() {
  constexpr float kUnbounded = std::numeric_limits<float>::max();
  constexpr auto kX = static_cast<float>(2 * kXLimit);
  constexpr auto kTheta = static_cast<float>(2 * kThetaLimit);
  return {.id = std::string(CartPole::kId),
          .description = std::string(CartPole::kDescription),
          .observation_space = {.shape = {4},
                                .low = {-kX, -kUnbounded, -kTheta, -kUnbounded},
                                .high = {kX, kUnbounded, kTheta, kUnbounded}},
          .action_space = {{"left", "right"}},
          .max_episode_steps = 500,
          .render_fps = 50,
          .velocities = {1, 3},
          .most_reward = 1,
          .least_reward = 1};
}

}  // namespace

CartPole::CartPole(const config::EnvironmentOptions&) : StatefulEnvironment(make_spec()) {}

CartPoleState CartPole::begin(core::RandomStream& random) const {
  CartPoleState state;
  for (double* component : {&state.x, &state.x_dot, &state.theta, &state.theta_dot}) {
    *component = random.uniform(-0.05, 0.05);
  }
  return state;
}

StepResult CartPole::advance(CartPoleState& state, int action, core::RandomStream&) const {
  constexpr double kPoleMoment = kPoleMass * kHalfLength;
  const double force = action == 1 ? kForce : -kForce;
  const double cosine = std::cos(state.theta);
  const double sine = std::sin(state.theta);
  const double push = (force + kPoleMoment * (state.theta_dot * state.theta_dot) * sine) / kTotalMass;
  const double theta_acceleration =
      (kGravity * sine - cosine * push) / (kHalfLength * (4.0 / 3.0 - kPoleMass * (cosine * cosine) / kTotalMass));
  const double x_acceleration = push - kPoleMoment * theta_acceleration * cosine / kTotalMass;

  state.x += kTimeStep * state.x_dot;
  state.x_dot += kTimeStep * x_acceleration;
  state.theta += kTimeStep * state.theta_dot;
  state.theta_dot += kTimeStep * theta_acceleration;
  return {.reward = 1.0F, .terminated = std::abs(state.x) > kXLimit || std::abs(state.theta) > kThetaLimit};
}

std::array<float, 4> CartPole::observation_of(const CartPoleState& state) const {
  return {static_cast<float>(state.x), static_cast<float>(state.x_dot), static_cast<float>(state.theta),
          static_cast<float>(state.theta_dot)};
}

void CartPole::draw(const std::array<float, 4>& observation, protocol::Scene& scene) const {
  constexpr float kHalfCart = 0.25F;
  constexpr float kCartHeight = 0.26F;
  constexpr float kEnd = static_cast<float>(kXLimit);
  constexpr float kPoleLength = static_cast<float>(2 * kHalfLength);
  const float x = observation[0];
  const float theta = observation[2];
  const protocol::Point axle{x, kCartHeight};

  clear(scene, {-2.7F, 2.7F, -0.6F, 1.8F});
  auto& shapes = scene.shapes;
  shapes.emplace_back(protocol::Line{{-kEnd, 0}, {kEnd, 0}, 0.03F, kGrey});
  for (const float end : {-kEnd, kEnd})
    shapes.emplace_back(protocol::Line{{end, -0.1F}, {end, 0.1F}, 0.03F, kGrey});
  shapes.emplace_back(protocol::Polygon{{{x - kHalfCart, 0.02F},
                                         {x + kHalfCart, 0.02F},
                                         {x + kHalfCart - 0.04F, kCartHeight},
                                         {x - kHalfCart + 0.04F, kCartHeight}},
                                        kBlue});
  shapes.emplace_back(protocol::Line{
      axle, {x + kPoleLength * std::sin(theta), kCartHeight + kPoleLength * std::cos(theta)}, 0.09F, kAmber});
  shapes.emplace_back(protocol::Circle{axle, 0.065F, kTeal});
}

}  // namespace qarium::env
