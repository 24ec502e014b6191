// Two tanks in a row: the process against a plain recomputation, and the controller that agents are compared with.
#include <array>
#include <cmath>
#include <deque>
#include <span>

#include "bench/field_rules.hpp"
#include "engine/core/error.hpp"
#include "engine/env/tanks.hpp"
#include "tests/catch.hpp"

namespace qarium::env_tanks_test {
namespace {

constexpr int kHold = 3;
constexpr int kOpenMuch = 6;

env::Tanks make_tanks(config::TanksOptions tanks = {}) {
  config::EnvironmentOptions options;
  options.tanks = tanks;
  return env::Tanks(options);
}

core::RandomStream stream(std::uint32_t episode) {
  return {3, core::Purpose::Test, episode};
}

std::array<float, 2> observed(const env::Tanks& tanks) {
  std::array<float, 2> seen{};
  tanks.observe(std::as_writable_bytes(std::span(seen)));
  return seen;
}

/// Sum of rewards with what `act(tanks)` does.
template <class Act>
double play(env::Tanks& tanks, std::uint32_t episode, Act act) {
  tanks.reset(stream(episode));
  double sum = 0;
  env::StepResult result;
  do {
    result = tanks.step(act(tanks));
    sum += result.reward;
  } while (!result.over());
  CHECK(result.truncated);
  CHECK_FALSE(result.terminated);
  return sum;
}

}  // namespace

TEST_CASE("tanks: levels follow mass balance and Torricelli's law, through the pipe") {
  auto tanks = make_tanks({.dead_time = 3});
  core::RandomStream actions(1, core::Purpose::Test, 9);
  for (std::uint32_t episode = 0; episode < 5; ++episode) {
    tanks.reset(stream(episode));
    double upper = tanks.state().upper;
    double lower = tanks.state().lower;
    int valve = tanks.state().valve;
    std::deque<int> pipe(3, valve);
    for (int step = 0; step < 200; ++step) {
      const int action = static_cast<int>(actions.below(7));
      constexpr std::array kMoves{-20, -5, -1, 0, 1, 5, 20};
      valve = std::min(100, std::max(0, valve + kMoves[static_cast<std::size_t>(action)]));
      pipe.push_back(valve);
      const double flow = 14.0 * pipe.front() / 100;
      pipe.pop_front();
      for (int second = 0; second < 10; ++second) {
        const double between = 0.071 * std::sqrt(2 * 981 * upper);
        const double out = 0.071 * std::sqrt(2 * 981 * lower);
        upper = std::min(20.0, std::max(0.0, upper + (flow - between) / 28));
        lower = std::min(20.0, std::max(0.0, lower + (between - out) / 28));
      }
      const double set_point = tanks.state().set_point;
      const auto result = tanks.step(action);
      REQUIRE(tanks.state().valve == valve);
      REQUIRE(tanks.state().upper == Approx(upper).margin(1e-9));
      REQUIRE(tanks.state().lower == Approx(lower).margin(1e-9));
      REQUIRE(result.reward == Approx(-std::abs(lower - set_point) / 10).margin(1e-6));
      REQUIRE(observed(tanks)[0] == Approx(lower / 20).margin(1e-6));
      REQUIRE(observed(tanks)[1] == Approx(tanks.state().set_point / 20).margin(1e-6));
    }
  }
}

TEST_CASE("tanks: an episode begins at rest, and the dead time passes before an action is felt") {
  for (const std::int64_t dead_time : {0, 1, 4, 20}) {
    INFO(dead_time);
    auto tanks = make_tanks({.dead_time = dead_time});
    tanks.reset(stream(1));
    const double level = tanks.state().upper;
    CHECK(tanks.state().lower == level);
    for (std::int64_t step = 0; step < dead_time; ++step) {
      tanks.step(step == 0 ? kOpenMuch : kHold);
      CHECK(tanks.state().upper == Approx(level).margin(1e-9));
      CHECK(tanks.state().lower == Approx(level).margin(1e-9));
    }
    tanks.step(dead_time == 0 ? kOpenMuch : kHold);
    CHECK(tanks.state().upper > level + 0.1);
  }
}

TEST_CASE("tanks: a valve that stays open or closed fills or empties the tanks and no more") {
  auto tanks = make_tanks();
  for (const int action : {0, kOpenMuch}) {
    play(tanks, 2, [&](const env::Tanks& now) {
      CHECK(now.state().upper >= 0);
      CHECK(now.state().upper <= env::Tanks::kHeight);
      return action;
    });
    CHECK((action == 0 ? tanks.state().lower < 0.5 : tanks.state().lower > 19));
  }
}

TEST_CASE("tanks: set points lie within 4 and 16 cm and change as often as the option says") {
  for (const std::int64_t interval : {10, 50}) {
    INFO(interval);
    auto tanks = make_tanks({.set_point_interval = interval});
    int changes = 0;
    double sum = 0;
    constexpr int kEpisodes = 200;
    for (std::uint32_t episode = 0; episode < kEpisodes; ++episode) {
      tanks.reset(stream(episode));
      double before = tanks.state().set_point;
      int since = 0;
      for (int step = 0; step < 200; ++step) {
        tanks.step(kHold);
        ++since;
        const double now = tanks.state().set_point;
        REQUIRE((now >= 4 && now <= 16));
        sum += now;
        if (now == before) continue;
        REQUIRE((since >= interval / 2 && since <= interval / 2 + interval));
        ++changes;
        since = 0;
        before = now;
      }
    }
    CHECK(sum / (200.0 * kEpisodes) == Approx(10).margin(0.5));
    // Renewals in a time t: t / mean + (variance - mean^2) / (2 mean^2), a little less than t / mean.
    const auto mean = static_cast<double>(interval);
    const double variance = ((mean + 1) * (mean + 1) - 1) / 12;
    const double expected = 200 / mean + (variance - mean * mean) / (2 * mean * mean);
    CHECK(changes / static_cast<double>(kEpisodes) == Approx(expected).epsilon(0.05));
  }
}

TEST_CASE("tanks: noise is of the measurement alone, and the upper level is seen where it is asked for") {
  auto quiet = make_tanks();
  auto noisy = make_tanks({.level_noise = 0.5, .upper_level = true});
  REQUIRE(noisy.spec().observation_space.shape == std::vector<std::int64_t>{3});
  noisy.reset(stream(5));
  double squares = 0;
  constexpr int kSteps = 200;
  for (int step = 0; step < kSteps; ++step) {
    std::array<float, 3> seen{};
    noisy.observe(std::as_writable_bytes(std::span(seen)));
    const auto& state = noisy.state();
    CHECK(seen[1] == Approx(state.set_point / 20));
    const double error = 20 * seen[0] - state.lower;
    CHECK(20 * seen[2] - state.upper == Approx(state.upper_error).margin(1e-4));
    squares += error * error;
    noisy.step(kHold);
    // At rest the level stays, however it is measured.
    CHECK(state.lower == Approx(state.upper).margin(1e-6));
  }
  CHECK(std::sqrt(squares / kSteps) == Approx(0.5).margin(0.5 * 5 / std::sqrt(2.0 * kSteps)));
}

TEST_CASE("tanks: the PI controller's settings are those of its rule, and it holds the level") {
  // By hand, at 10 cm: each lag is 28 / 0.071 sqrt(20 / 981) = 56.3 s, the gain 20 cm over 71.0 per cent.
  const fields::PiController controller(4, 50);
  CHECK(controller.gain() == Approx(84.47 / (0.2815 * 2 * 73.16)).epsilon(1e-3));
  CHECK(controller.integral_time() == Approx(84.47).epsilon(1e-3));

  auto tanks = make_tanks();
  double held = 0;
  double left_alone = 0;
  for (std::uint32_t episode = 0; episode < 20; ++episode) {
    left_alone += play(tanks, episode, [](const env::Tanks&) { return kHold; });
    tanks.reset(stream(episode));
    fields::PiController rule(4, tanks.state().valve);
    held +=
        play(tanks, episode, [&](const env::Tanks& now) { return rule.act(now.state().lower, now.state().set_point); });
  }
  CHECK(held > 0.4 * left_alone);

  // A set point that stays is reached but for the valve's last per cent.
  auto steady = make_tanks({.set_point_interval = 200});
  steady.reset(stream(0));
  fields::PiController rule(4, steady.state().valve);
  for (int step = 0; step < 99; ++step)
    steady.step(rule.act(steady.state().lower, steady.state().set_point));
  CHECK(steady.state().lower == Approx(steady.state().set_point).margin(0.4));
}

TEST_CASE("tanks: options out of their ranges are refused") {
  for (const auto& wrong :
       {config::TanksOptions{.dead_time = -1}, config::TanksOptions{.dead_time = 21},
        config::TanksOptions{.set_point_interval = 9}, config::TanksOptions{.set_point_interval = 201},
        config::TanksOptions{.level_noise = -0.1}, config::TanksOptions{.level_noise = 3}}) {
    CHECK_THROWS_AS(make_tanks(wrong), core::UserError);
  }
}

}  // namespace qarium::env_tanks_test
