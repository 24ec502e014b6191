#include "engine/env/mountain_car.hpp"

#include <algorithm>
#include <cmath>

#include "engine/env/drawing.hpp"

namespace qarium::env {
namespace {

constexpr double kLeftWall = -1.2;
constexpr double kRightEnd = 0.6;
constexpr double kMaxSpeed = 0.07;
constexpr double kGoal = 0.5;
constexpr double kEngine = 0.001;
constexpr double kGravity = 0.0025;

EnvironmentSpec make_spec() {
  return {.id = std::string(MountainCar::kId),
          .description = std::string(MountainCar::kDescription),
          .observation_space = {.shape = {2},
                                .low = {static_cast<float>(kLeftWall), static_cast<float>(-kMaxSpeed)},
                                .high = {static_cast<float>(kRightEnd), static_cast<float>(kMaxSpeed)}},
          .action_space = {{"left", "coast", "right"}},
          .max_episode_steps = 200,
          .render_fps = 30,
          .velocities = {1},
          .most_reward = -1,
          .least_reward = -1};
}

float height(float x) {
  return 0.45F * std::sin(3 * x) + 0.55F;
}
float slope(float x) {
  return 1.35F * std::cos(3 * x);
}

void draw_hill(std::vector<protocol::Shape>& shapes) {
  constexpr int kSegments = 48;
  constexpr auto kLeft = static_cast<float>(kLeftWall);
  constexpr float kWidth = static_cast<float>(kRightEnd - kLeftWall) / kSegments;
  constexpr float kOverlap = 0.3F * kWidth;  // hides the seams that smoothed edges would show
  for (int i = 0; i < kSegments; ++i) {
    const float left = kLeft + static_cast<float>(i) * kWidth;
    const float right = left + kWidth + (i + 1 < kSegments ? kOverlap : 0);
    shapes.emplace_back(
        protocol::Polygon{{{left, 0}, {right, 0}, {right, height(right)}, {left, height(left)}}, kSlate});
  }
  for (int i = 0; i < kSegments; ++i) {
    const float left = kLeft + static_cast<float>(i) * kWidth;
    const float right = left + kWidth;
    shapes.emplace_back(protocol::Line{{left, height(left)}, {right, height(right)}, 0.016F, kGrey});
  }
}

void draw_flag(std::vector<protocol::Shape>& shapes) {
  constexpr auto kX = static_cast<float>(kGoal);
  const float foot = height(kX);
  const float top = foot + 0.24F;
  shapes.emplace_back(protocol::Line{{kX, foot}, {kX, top}, 0.012F, kGrey});
  shapes.emplace_back(protocol::Polygon{{{kX, top}, {kX + 0.1F, top - 0.045F}, {kX, top - 0.09F}}, kTeal});
}

void draw_car(std::vector<protocol::Shape>& shapes, float x) {
  constexpr float kWheel = 0.026F;
  const float norm = std::hypot(1.0F, slope(x));
  const float cosine = 1 / norm;
  const float sine = slope(x) / norm;
  const auto at = [&](float along, float up) {
    return protocol::Point{x + along * cosine - up * sine, height(x) + along * sine + up * cosine};
  };
  shapes.emplace_back(
      protocol::Polygon{{at(-0.07F, 0.03F), at(0.07F, 0.03F), at(0.055F, 0.085F), at(-0.055F, 0.085F)}, kBlue});
  for (const float along : {-0.042F, 0.042F})
    shapes.emplace_back(protocol::Circle{at(along, kWheel), kWheel, kAmber});
}

}  // namespace

MountainCar::MountainCar(const config::EnvironmentOptions&) : StatefulEnvironment(make_spec()) {}

MountainCarState MountainCar::begin(core::RandomStream& random) const {
  return {.position = random.uniform(-0.6, -0.4), .velocity = 0};
}

StepResult MountainCar::advance(MountainCarState& state, int action, core::RandomStream&) const {
  state.velocity += (action - 1) * kEngine - kGravity * std::cos(3 * state.position);
  state.velocity = std::clamp(state.velocity, -kMaxSpeed, kMaxSpeed);
  state.position = std::clamp(state.position + state.velocity, kLeftWall, kRightEnd);
  if (state.position == kLeftWall && state.velocity < 0) state.velocity = 0;
  return {.reward = -1.0F, .terminated = state.position >= kGoal && state.velocity >= 0};
}

std::array<float, 2> MountainCar::observation_of(const MountainCarState& state) const {
  return {static_cast<float>(state.position), static_cast<float>(state.velocity)};
}

void MountainCar::draw(const std::array<float, 2>& observation, protocol::Scene& scene) const {
  clear(scene, {static_cast<float>(kLeftWall), static_cast<float>(kRightEnd), 0.0F, 1.3F});
  draw_hill(scene.shapes);
  draw_flag(scene.shapes);
  draw_car(scene.shapes, observation[0]);
}

}  // namespace qarium::env
