// Breakout against episodes recorded from the MinAtar package (tests/reference), and its randomness.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "engine/env/breakout.hpp"
#include "tests/catch.hpp"
#include "tests/reference.hpp"

namespace qarium::env_breakout_test {
namespace {

using Frame = std::array<std::uint8_t, 400>;

struct ReferenceStep {
  int action = 0;
  float reward = 0;
  bool terminal = false;
  Frame frame{};
};

Frame read_frame(const std::string& text) {
  std::size_t paddle = 0;
  std::size_t ball = 0;
  std::size_t trail = 0;
  std::uint32_t bricks = 0;
  std::istringstream(text) >> paddle >> ball >> trail >> std::hex >> bricks;
  Frame frame{};
  frame[paddle] = 1;
  frame[100 + ball] = 1;
  frame[200 + trail] = 1;
  for (std::size_t i = 0; i < 30; ++i)
    frame[310 + i] = (bricks >> (29 - i)) & 1;
  return frame;
}

std::vector<std::vector<ReferenceStep>> read_episodes() {
  auto file = open_reference("minatar_breakout.txt");
  std::vector<std::vector<ReferenceStep>> episodes;
  for (std::string line; std::getline(file, line);) {
    if (line == "episode") {
      episodes.emplace_back();
      continue;
    }
    const auto bar = line.find('|');
    ReferenceStep step;
    std::istringstream(line.substr(0, bar)) >> step.action >> step.reward >> step.terminal;
    step.frame = read_frame(line.substr(bar + 1));
    episodes.back().push_back(step);
  }
  return episodes;
}

Frame observe(const env::Environment& environment) {
  Frame frame;
  environment.observe(std::as_writable_bytes(std::span(frame)));
  return frame;
}

env::Breakout make_breakout(double sticky) {
  config::EnvironmentOptions options;
  options.sticky_action_prob = sticky;
  return env::Breakout(options);
}

}  // namespace

TEST_CASE("Breakout plays as MinAtar's does") {
  auto breakout = make_breakout(0);
  int steps = 0;
  float bricks = 0;
  std::size_t longest = 0;
  for (const auto& episode : read_episodes()) {
    std::uint32_t index = 0;
    do {
      REQUIRE(index < 64);
      breakout.reset({2, core::Purpose::Test, index++});
    } while (observe(breakout) != episode.front().frame);
    for (std::size_t i = 1; i < episode.size(); ++i, ++steps) {
      const auto result = breakout.step(episode[i].action);
      REQUIRE(result.reward == episode[i].reward);
      REQUIRE(result.terminated == episode[i].terminal);
      REQUIRE_FALSE(result.truncated);
      REQUIRE(observe(breakout) == episode[i].frame);
      bricks += result.reward;
    }
    longest = std::max(longest, episode.size());
  }
  CHECK(steps > 1500);
  CHECK(longest > 500);
  CHECK(bricks > 100);
}

TEST_CASE("Breakout's ball starts on either side") {
  auto breakout = make_breakout(0);
  int left = 0;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    breakout.reset({5, core::Purpose::Test, i});
    const auto ball = breakout.state().ball;
    REQUIRE((ball.x == 0 || ball.x == 9));
    REQUIRE(ball.y == 3);
    left += ball.x == 0;
  }
  CHECK(left > 440);
  CHECK(left < 560);
}

TEST_CASE("Breakout repeats the last action with the probability asked for") {
  const double sticky = GENERATE(0.0, 0.1, 0.25, 1.0);
  auto breakout = make_breakout(sticky);
  int repeated = 0;
  constexpr int kSteps = 20'000;
  breakout.reset({6, core::Purpose::Test, 0});
  for (int i = 0; i < kSteps; ++i) {
    auto state = breakout.state();
    state.ball = {5, 5};
    state.paddle = 5;
    state.last_action = 1;
    breakout.set_state(state);
    breakout.step(3);
    repeated += breakout.state().paddle == 4;
  }
  // Five standard deviations.
  CHECK(repeated == Approx(sticky * kSteps).margin(5 * std::sqrt(sticky * (1 - sticky) * kSteps)));
}

TEST_CASE("Breakout's first repeated action is noop, in every episode") {
  auto breakout = make_breakout(1);
  for (std::uint32_t episode = 0; episode < 2; ++episode) {
    breakout.reset({7, core::Purpose::Test, episode});
    breakout.step(1);
    CHECK(breakout.state().paddle == 4);
  }
}

TEST_CASE("Breakout ends even for an agent that never misses") {
  // Always on the column where the ball is: it comes back along few paths, which hold no brick after a while.
  auto breakout = make_breakout(0);
  breakout.reset({8, core::Purpose::Test, 0});
  int steps = 0;
  int last_brick = 0;
  env::StepResult result;
  do {
    const auto& state = breakout.state();
    const int target = std::clamp(state.ball.x + state.direction.x, 0, 9);
    result = breakout.step(state.paddle > target ? 1 : state.paddle < target ? 3 : 0);
    ++steps;
    if (result.reward > 0) last_brick = steps;
  } while (!result.over() && steps <= 20'000);
  CHECK(result.truncated);
  CHECK_FALSE(result.terminated);
  CHECK(steps == 10'000);
  CHECK(last_brick < 1'000);
}

}  // namespace qarium::env_breakout_test
