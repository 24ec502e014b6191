#include "engine/env/catch_ball.hpp"

#include <algorithm>

#include "engine/env/drawing.hpp"
#include "engine/env/grid_planes.hpp"
#include "engine/env/option_range.hpp"

namespace qarium::env {
namespace {

enum Channel : std::size_t { Ball, Paddle, Distractor };
constexpr std::array<protocol::Color, 3> kColors{kPale, kPeriwinkle, kDusk};
constexpr std::int64_t kChannels = kColors.size();

EnvironmentSpec make_spec(std::int64_t side) {
  return {.id = std::string(CatchBall::kId),
          .description = std::string(CatchBall::kDescription),
          .observation_space = {.shape = {kChannels, side, side}, .type = ScalarType::Uint8, .low = {0}, .high = {1}},
          .action_space = {{"left", "stay", "right"}},
          .render_fps = 8,
          .most_reward = 1,
          .most_return = 1,
          .least_reward = -1,
          .least_return = -1};
}

}  // namespace

CatchBall::CatchBall(const config::EnvironmentOptions& options)
    : PlainStateEnvironment(make_spec(within_range("environment.grid_size", options.grid_size))),
      side_(static_cast<int>(options.grid_size)),
      distractors_(static_cast<std::size_t>(within_range("environment.distractors", options.distractors))) {}

int CatchBall::random_column(core::RandomStream& random) const {
  return static_cast<int>(random.below(static_cast<std::uint32_t>(side_)));
}

CatchBallState CatchBall::begin(core::RandomStream& random) const {
  CatchBallState state;
  state.ball.column = random_column(random);
  state.paddle = side_ / 2;
  for (std::size_t i = 0; i < distractors_; ++i) {
    state.distractors[i].row = static_cast<int>(random.below(static_cast<std::uint32_t>(side_)));
    state.distractors[i].column = random_column(random);
  }
  return state;
}

StepResult CatchBall::advance(CatchBallState& state, int action, core::RandomStream& random) const {
  state.paddle = std::clamp(state.paddle + action - 1, 0, side_ - 1);
  ++state.ball.row;
  for (std::size_t i = 0; i < distractors_; ++i) {
    auto& ball = state.distractors[i];
    if (++ball.row == side_) ball = {0, random_column(random)};
  }
  if (state.ball.row < side_ - 1) return {};
  return {.reward = state.ball.column == state.paddle ? 1.0F : -1.0F, .terminated = true};
}

void CatchBall::observe_state(const CatchBallState& state, std::span<std::byte> out) const {
  const auto side = static_cast<std::size_t>(side_);
  const auto set = [&](Channel channel, int row, int column) {
    out[(channel * side + static_cast<std::size_t>(row)) * side + static_cast<std::size_t>(column)] = std::byte{1};
  };
  std::ranges::fill(out, std::byte{0});
  set(Ball, state.ball.row, state.ball.column);
  set(Paddle, side_ - 1, state.paddle);
  for (std::size_t i = 0; i < distractors_; ++i)
    set(Distractor, state.distractors[i].row, state.distractors[i].column);
}

void CatchBall::draw_state(const CatchBallState& state, protocol::Scene& scene) const {
  std::vector<std::byte> observation(spec().observation_space.bytes());
  observe_state(state, observation);
  render_observation(observation, scene);
}

void CatchBall::render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const {
  clear(scene, side_, side_);
  const auto cells = scene.grid.cells.size();
  // The last of several in one cell is seen: what counts, over what does not.
  for (const Channel channel : {Distractor, Paddle, Ball}) {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      if (observation[channel * cells + cell] != std::byte{0}) scene.grid.cells[cell] = kColors[channel];
    }
  }
}

std::vector<protocol::Landmark> CatchBall::landmarks(std::span<const std::byte> observation) const {
  std::vector<protocol::Landmark> found;
  if (auto ball = first_in_plane(observation, Ball, side_, side_, "ball")) found.push_back(*ball);
  if (auto paddle = first_in_plane(observation, Paddle, side_, side_, "paddle")) found.push_back(*paddle);
  return found;
}

}  // namespace qarium::env
