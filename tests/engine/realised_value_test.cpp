#include "engine/train/realised_value.hpp"

#include <cmath>
#include <vector>

#include "engine/env/registry.hpp"
#include "tests/catch.hpp"

namespace qarium::realised_value_test {

using train::realised_value;

TEST_CASE("what followed is the discounted return of each state, mean over the episode", "[train]") {
  const std::vector<float> rewards{1, 0, 2};
  // From the states on: 1 + 0.25 * 2, 0 + 0.5 * 2, 2.
  CHECK(*realised_value(rewards, 0.5, false) == Approx((1.5 + 1 + 2) / 3));
  CHECK_FALSE(realised_value({}, 0.5, false));
}

TEST_CASE("of an episode that was cut off only states count whose return is known", "[train]") {
  const std::vector<float> rewards(500, 1.0F);
  const double gamma = 0.99;
  double sum = 0;
  int states = 0;
  for (int t = 0; t < 500; ++t) {
    const int left = 500 - t;
    if (std::pow(gamma, left) > train::kUnknown) continue;
    sum += (1 - std::pow(gamma, left)) / (1 - gamma);
    ++states;
  }
  CHECK(states < 250);
  CHECK(*realised_value(rewards, gamma, true) == Approx(sum / states));
  // The bound holds whatever is realised.
  CHECK(*realised_value(rewards, gamma, true) < 1 / (1 - gamma));
  CHECK_FALSE(realised_value(std::vector<float>(20, 1.0F), gamma, true));
}

TEST_CASE("a life lost ends what followed the states before it", "[train]") {
  const std::vector<float> rewards{1, 0, 2, 4};
  const std::vector<std::size_t> lives_lost{1};
  // From the states on: 1, 0, 2 + 0.5 * 4, 4.
  CHECK(*realised_value(rewards, 0.5, false, lives_lost) == Approx((1.0 + 0 + 4 + 4) / 4));
  // Of a game that was cut off the states before it are known.
  CHECK(*realised_value(rewards, 0.5, true, lives_lost) == Approx(0.5));
}

TEST_CASE("no return of an environment passes the bound that it declares", "[env]") {
  const double gamma = 0.97;
  for (const auto id : env::ids()) {
    if (id.starts_with("gym:")) continue;
    config::EnvironmentOptions options;
    options.id = std::string(id);
    auto environment = env::make(options);
    const double bound = environment->spec().value_bound(gamma);
    if (!std::isfinite(bound)) continue;
    INFO(id);
    core::RandomStream random(3, core::Purpose::Stage, 1);
    for (std::uint32_t episode = 0; episode < 5; ++episode) {
      environment->reset(core::RandomStream(3, core::Purpose::Environment, episode));
      std::vector<float> rewards;
      env::StepResult result;
      while (!result.over() && rewards.size() < 3'000) {
        result = environment->step(
            static_cast<int>(random.below(static_cast<std::uint32_t>(environment->spec().action_space.n()))));
        CHECK(static_cast<double>(result.reward) <= environment->spec().most_reward);
        CHECK(static_cast<double>(result.reward) >= environment->spec().least_reward);
        rewards.push_back(result.reward);
      }
      double followed = 0;
      for (std::size_t i = rewards.size(); i > 0; --i) {
        followed = static_cast<double>(rewards[i - 1]) + gamma * followed;
        CHECK(followed <= bound + 1e-6);
        CHECK(followed >= environment->spec().value_floor(gamma) - 1e-6);
      }
    }
  }
}

}  // namespace qarium::realised_value_test
