// CartPole, MountainCar and Acrobot against trajectories recorded from Gymnasium (tests/reference).
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numbers>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/env/acrobot.hpp"
#include "engine/env/cartpole.hpp"
#include "engine/env/mountain_car.hpp"
#include "tests/catch.hpp"
#include "tests/reference.hpp"

namespace qarium::env_classic_control_test {
namespace {

struct ReferenceStep {
  int action = 0;
  env::StepResult result;
  std::vector<double> state;
  std::vector<float> observation;
};
/// The first step is the episode's beginning: only its state and observation count.
using Episode = std::vector<ReferenceStep>;

template <class Number>
std::vector<Number> read_numbers(const std::string& text) {
  std::vector<Number> numbers;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if constexpr (std::is_same_v<Number, float>) {
      numbers.push_back(std::strtof(word.c_str(), nullptr));
    } else {
      numbers.push_back(std::strtod(word.c_str(), nullptr));
    }
  }
  return numbers;
}

std::vector<Episode> read_episodes(const std::string& name) {
  auto file = open_reference(name);
  std::vector<Episode> episodes;
  for (std::string line; std::getline(file, line);) {
    if (line == "episode") {
      episodes.emplace_back();
      continue;
    }
    const auto first = line.find('|');
    const auto second = line.find('|', first + 1);
    ReferenceStep step;
    std::istringstream(line.substr(0, first)) >> step.action >> step.result.reward >> step.result.terminated >>
        step.result.truncated;
    step.state = read_numbers<double>(line.substr(first + 1, second - first - 1));
    step.observation = read_numbers<float>(line.substr(second + 1));
    episodes.back().push_back(step);
  }
  return episodes;
}

/// The difference between two numbers in units of the last place of a number as large as `scale`.
template <class Number>
double ulps(Number a, Number b, Number scale) {
  const Number magnitude = std::abs(scale);
  return std::abs(a - b) / (std::nextafter(magnitude, std::numeric_limits<Number>::infinity()) - magnitude);
}

template <class State, std::size_t n>
State state_of(const std::vector<double>& numbers) {
  std::array<double, n> components{};
  std::copy_n(numbers.begin(), n, components.begin());
  return std::bit_cast<State>(components);
}

/// Puts the environment into each recorded state, takes the recorded action, and compares what follows. Components are
/// held to the last places of the largest one before or after the step, because they feed each other: one that passes
/// near zero has lost places to cancellation, not to different dynamics.
template <class Kind, class State, std::size_t n, std::size_t observed>
void compare_with_reference(const std::string& name) {
  Kind environment;
  double worst_state = 0;
  double worst_observation = 0;
  int transitions = 0;
  for (const auto& episode : read_episodes(name)) {
    environment.reset({1, core::Purpose::Test, 0});
    for (std::size_t i = 1; i < episode.size(); ++i, ++transitions) {
      const auto& before = episode[i - 1].state;
      const auto& after = episode[i];
      environment.set_state(state_of<State, n>(before));
      const auto result = environment.step(after.action);
      REQUIRE(result.reward == after.result.reward);
      REQUIRE(result.terminated == after.result.terminated);
      REQUIRE(result.truncated == after.result.truncated);
      REQUIRE(result.over() == (i + 1 == episode.size()));
      const auto state = std::bit_cast<std::array<double, n>>(environment.state());
      double scale = 0;
      for (std::size_t j = 0; j < n; ++j)
        scale = std::max({scale, std::abs(before[j]), std::abs(after.state[j])});
      for (std::size_t j = 0; j < n; ++j) {
        worst_state = std::max(worst_state, ulps(state[j], after.state[j], scale));
      }
      std::array<float, observed> observation;
      environment.observe(std::as_writable_bytes(std::span(observation)));
      for (std::size_t j = 0; j < observed; ++j) {
        const float expected = after.observation[j];
        worst_observation = std::max(worst_observation, ulps(observation[j], expected, expected));
      }
    }
  }
  INFO(name << ": " << transitions << " transitions, worst state " << worst_state << " ULP, worst observation "
            << worst_observation << " ULP");
  CHECK(transitions > 400);
  CHECK(worst_state <= 4);
  CHECK(worst_observation <= 1);
}

}  // namespace

TEST_CASE("CartPole moves as Gymnasium's does") {
  compare_with_reference<env::CartPole, env::CartPoleState, 4, 4>("cartpole.txt");
}

TEST_CASE("MountainCar moves as Gymnasium's does") {
  compare_with_reference<env::MountainCar, env::MountainCarState, 2, 2>("mountain_car.txt");
}

TEST_CASE("Acrobot moves as Gymnasium's does") {
  compare_with_reference<env::Acrobot, env::AcrobotState, 4, 6>("acrobot.txt");
}

TEST_CASE("a control task's episode starts where Gymnasium's does") {
  env::CartPole cartpole;
  env::MountainCar car;
  env::Acrobot acrobot;
  double car_low = 0;
  double car_high = -1;
  for (std::uint32_t i = 0; i < 200; ++i) {
    const core::RandomStream stream(3, core::Purpose::Test, i);
    cartpole.reset(stream);
    for (const double x : std::bit_cast<std::array<double, 4>>(cartpole.state()))
      REQUIRE(std::abs(x) <= 0.05);
    acrobot.reset(stream);
    for (const double x : std::bit_cast<std::array<double, 4>>(acrobot.state())) {
      REQUIRE(std::abs(x) <= 0.1F);
      REQUIRE(x == static_cast<double>(static_cast<float>(x)));
    }
    car.reset(stream);
    REQUIRE(car.state().velocity == 0);
    car_low = std::min(car_low, car.state().position);
    car_high = std::max(car_high, car.state().position);
  }
  CHECK(car_low >= -0.6);
  CHECK(car_low < -0.59);
  CHECK(car_high < -0.4);
  CHECK(car_high > -0.41);
}

TEST_CASE("Acrobot's angles wrap and its velocities are bounded") {
  constexpr double kPi = std::numbers::pi;
  env::Acrobot acrobot;
  acrobot.reset({});
  acrobot.set_state({.theta1 = 3.1, .theta2 = -3.1, .theta1_dot = 4 * kPi, .theta2_dot = -9 * kPi});
  acrobot.step(0);
  const auto& state = acrobot.state();
  CHECK(std::abs(state.theta1) <= kPi);
  CHECK(std::abs(state.theta2) <= kPi);
  CHECK(std::abs(state.theta1_dot) <= 4 * kPi);
  CHECK(std::abs(state.theta2_dot) <= 9 * kPi);
}

}  // namespace qarium::env_classic_control_test
