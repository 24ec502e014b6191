// Breakout's randomness and its end; env_minatar_test.cpp holds it to the MinAtar package.
#include <algorithm>
#include <cmath>
#include <cstdint>

#include "engine/env/breakout.hpp"
#include "tests/catch.hpp"

namespace qarium::env_breakout_test {
namespace {

env::Breakout make_breakout(double sticky) {
  config::EnvironmentOptions options;
  options.sticky_action_prob = sticky;
  return env::Breakout(options);
}

}  // namespace

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
    state.last_action = env::minatar::Action::Left;
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
