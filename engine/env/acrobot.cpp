#include "engine/env/acrobot.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "engine/env/drawing.hpp"

namespace qarium::env {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kGravity = 9.8;
constexpr double kMass = 1.0;     // of either link
constexpr double kLength = 1.0;   // of either link
constexpr double kCentre = 0.5;   // from a link's joint to its centre of mass
constexpr double kInertia = 1.0;  // of either link
constexpr double kTimeStep = 0.2;
constexpr double kMaxVelocity1 = 4 * kPi;
constexpr double kMaxVelocity2 = 9 * kPi;

/// theta1, theta2, theta1_dot, theta2_dot, or their derivatives
using Vector = std::array<double, 4>;

Vector derivative(const Vector& s, double torque) {
  const auto [theta1, theta2, theta1_dot, theta2_dot] = s;
  const double cosine2 = std::cos(theta2);
  const double sine2 = std::sin(theta2);
  constexpr double kCentre2 = kCentre * kCentre;
  const double d1 =
      kMass * kCentre2 + kMass * (kLength * kLength + kCentre2 + 2 * kLength * kCentre * cosine2) + kInertia + kInertia;
  const double d2 = kMass * (kCentre2 + kLength * kCentre * cosine2) + kInertia;
  const double phi2 = kMass * kCentre * kGravity * std::cos(theta1 + theta2 - kPi / 2);
  const double phi1 = -kMass * kLength * kCentre * (theta2_dot * theta2_dot) * sine2 -
                      2 * kMass * kLength * kCentre * theta2_dot * theta1_dot * sine2 +
                      (kMass * kCentre + kMass * kLength) * kGravity * std::cos(theta1 - kPi / 2) + phi2;
  const double acceleration2 =
      (torque + d2 / d1 * phi1 - kMass * kLength * kCentre * (theta1_dot * theta1_dot) * sine2 - phi2) /
      (kMass * kCentre2 + kInertia - d2 * d2 / d1);
  const double acceleration1 = -(d2 * acceleration2 + phi1) / d1;
  return {theta1_dot, theta2_dot, acceleration1, acceleration2};
}

Vector along(const Vector& s, double time, const Vector& slope) {
  Vector moved;
  for (std::size_t i = 0; i < moved.size(); ++i)
    moved[i] = s[i] + time * slope[i];
  return moved;
}

/// One classical fourth-order Runge-Kutta step.
Vector integrate(const Vector& s, double torque) {
  const Vector k1 = derivative(s, torque);
  const Vector k2 = derivative(along(s, kTimeStep / 2, k1), torque);
  const Vector k3 = derivative(along(s, kTimeStep / 2, k2), torque);
  const Vector k4 = derivative(along(s, kTimeStep, k3), torque);
  Vector sum;
  for (std::size_t i = 0; i < sum.size(); ++i)
    sum[i] = k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i];
  return along(s, kTimeStep / 6, sum);
}

double wrap(double angle) {
  while (angle > kPi)
    angle -= 2 * kPi;
  while (angle < -kPi)
    angle += 2 * kPi;
  return angle;
}

EnvironmentSpec make_spec() {
  constexpr auto kFast1 = static_cast<float>(kMaxVelocity1);
  constexpr auto kFast2 = static_cast<float>(kMaxVelocity2);
  return {.id = std::string(Acrobot::kId),
          .description = std::string(Acrobot::kDescription),
          .observation_space = {.shape = {6},
                                .low = {-1, -1, -1, -1, -kFast1, -kFast2},
                                .high = {1, 1, 1, 1, kFast1, kFast2}},
          .action_space = {{"torque -1", "torque 0", "torque +1"}},
          .max_episode_steps = 500,
          .render_fps = 15,
          .velocities = {4, 5},
          .most_reward = 0,
          .least_reward = -1};
}

}  // namespace

Acrobot::Acrobot(const config::EnvironmentOptions&) : StatefulEnvironment(make_spec()) {}

AcrobotState Acrobot::begin(core::RandomStream& random) const {
  AcrobotState state;
  for (double* component : {&state.theta1, &state.theta2, &state.theta1_dot, &state.theta2_dot}) {
    *component = static_cast<float>(random.uniform(-0.1, 0.1));
  }
  return state;
}

StepResult Acrobot::advance(AcrobotState& state, int action, core::RandomStream&) const {
  const Vector next = integrate({state.theta1, state.theta2, state.theta1_dot, state.theta2_dot}, action - 1);
  state = {.theta1 = wrap(next[0]),
           .theta2 = wrap(next[1]),
           .theta1_dot = std::clamp(next[2], -kMaxVelocity1, kMaxVelocity1),
           .theta2_dot = std::clamp(next[3], -kMaxVelocity2, kMaxVelocity2)};
  const bool above = -std::cos(state.theta1) - std::cos(state.theta2 + state.theta1) > kLength;
  return {.reward = above ? 0.0F : -1.0F, .terminated = above};
}

std::array<float, 6> Acrobot::observation_of(const AcrobotState& state) const {
  return {static_cast<float>(std::cos(state.theta1)), static_cast<float>(std::sin(state.theta1)),
          static_cast<float>(std::cos(state.theta2)), static_cast<float>(std::sin(state.theta2)),
          static_cast<float>(state.theta1_dot),       static_cast<float>(state.theta2_dot)};
}

void Acrobot::draw(const std::array<float, 6>& observation, protocol::Scene& scene) const {
  constexpr float kBound = static_cast<float>(2 * kLength) + 0.25F;
  constexpr float kJoint = 0.11F;
  const auto [cosine1, sine1, cosine2, sine2, velocity1, velocity2] = observation;
  const protocol::Point fixed{0, 0};
  const protocol::Point middle{sine1, -cosine1};
  const protocol::Point end{middle.x + sine1 * cosine2 + cosine1 * sine2,
                            middle.y - (cosine1 * cosine2 - sine1 * sine2)};

  clear(scene, {-kBound, kBound, -kBound, kBound});
  auto& shapes = scene.shapes;
  shapes.emplace_back(protocol::Line{{-kBound, kLength}, {kBound, kLength}, 0.03F, kTeal});
  shapes.emplace_back(protocol::Line{fixed, middle, 0.15F, kBlue});
  shapes.emplace_back(protocol::Line{middle, end, 0.15F, kBlue});
  shapes.emplace_back(protocol::Circle{fixed, kJoint, kGrey});
  shapes.emplace_back(protocol::Circle{middle, kJoint, kAmber});
  shapes.emplace_back(protocol::Circle{end, 0.075F, kBlue});
}

}  // namespace qarium::env
