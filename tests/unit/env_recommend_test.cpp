// Choc or Kale: what a user does with what is recommended.
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/recommend.hpp"
#include "tests/catch.hpp"

namespace qarium::env_recommend_test {
namespace {

env::Recommend make_user(config::RecommendOptions recommend = {}) {
  config::EnvironmentOptions options;
  options.recommend = recommend;
  return env::Recommend(options);
}

std::vector<float> observed(const env::Recommend& user) {
  std::vector<float> seen(static_cast<std::size_t>(user.spec().observation_space.size()));
  user.observe(std::as_writable_bytes(std::span(seen)));
  return seen;
}

}  // namespace

TEST_CASE("recommend: a session is what RecSim's equations say of the same draws") {
  const config::RecommendOptions options{.items = 3, .memory_discount = 0.8, .sensitivity = 0.4};
  auto user = make_user(options);
  for (std::uint32_t episode = 0; episode < 5; ++episode) {
    core::RandomStream draws(7, core::Purpose::Test, episode);
    user.reset(draws);
    core::RandomStream actions(8, core::Purpose::Test, episode);
    double exposure = draws.uniform(-0.5, 0.5) / (1 - 0.8);
    for (int step = 0; step < 60; ++step) {
      REQUIRE(user.state().exposure == Approx(exposure).margin(1e-9));
      const int item = static_cast<int>(actions.below(3));
      const double clickbait = 1 - item / 2.0;
      const double satisfaction = 1 / (1 + std::exp(-0.4 * exposure));
      const double location = (clickbait * 5 + (1 - clickbait) * 4) * satisfaction;
      const double engagement = std::exp(location + draws.normal());
      exposure = 0.8 * exposure - 2 * (clickbait - 0.5) + 0.05 * draws.normal();
      const auto result = user.step(item);
      REQUIRE(result.reward == Approx(engagement / 100).epsilon(1e-5));
      REQUIRE(result.terminated == (step == 59));
      REQUIRE_FALSE(result.truncated);
    }
  }
}

TEST_CASE("recommend: past clicks are rows, the newest first, and absent ones all zero") {
  auto user = make_user({.items = 5, .past_clicks = 4});
  user.reset({9, core::Purpose::Test, 0});
  CHECK(user.spec().observation_space.shape == std::vector<std::int64_t>{4, 3});
  CHECK(observed(user) == std::vector<float>(12, 0.0F));
  std::vector<float> engagements;
  const std::array items = {4, 0, 3, 1, 2, 4};
  for (std::size_t click = 0; click < items.size(); ++click) {
    engagements.push_back(100 * user.step(items[click]).reward);
    const auto seen = observed(user);
    for (std::size_t row = 0; row < 4; ++row) {
      const std::array<float, 3> its{seen[3 * row], seen[3 * row + 1], seen[3 * row + 2]};
      if (row > click) {
        CHECK(its == std::array<float, 3>{});
        continue;
      }
      CHECK(its[0] == Approx(items[click - row] / 4.0));
      CHECK(its[1] == Approx(std::log(1 + engagements[click - row]) / 5).epsilon(1e-4));
      CHECK(its[2] == Approx((static_cast<double>(row) + 1) / 4));
    }
  }
}

TEST_CASE("recommend: choc tires, kale satisfies, and engagement has the log-normal's mean") {
  auto user = make_user({.memory_discount = 0.9, .sensitivity = 0.5});
  const auto after = [&](int item) {
    double exposure = 0;
    for (std::uint32_t episode = 0; episode < 50; ++episode) {
      user.reset({10, core::Purpose::Test, episode});
      for (int step = 0; step < 59; ++step)
        user.step(item);
      exposure += user.state().exposure / 50;
    }
    return exposure;
  };
  CHECK(after(0) == Approx(-10).margin(0.2));
  CHECK(after(2) == Approx(0).margin(0.2));
  CHECK(after(4) == Approx(10).margin(0.2));

  constexpr int kDraws = 40'000;
  double sum = 0;
  for (std::uint32_t episode = 0; episode < kDraws; ++episode) {
    user.reset({11, core::Purpose::Test, episode});
    auto state = user.state();
    state.exposure = 1.5;
    user.set_state(state);
    sum += 100 * user.step(1).reward;
  }
  const double expected = std::exp(4.75 / (1 + std::exp(-0.75)) + 0.5);
  CHECK(user.expected_engagement(1, 1.5) == Approx(expected));
  // A log-normal's standard deviation is sqrt(e - 1) of its mean. Five of the mean's.
  CHECK(sum / kDraws == Approx(expected).epsilon(5 * 1.32 / std::sqrt(kDraws)));
}

TEST_CASE("recommend: sessions begin with an exposure within half of what the discount allows") {
  auto user = make_user({.memory_discount = 0.7});
  double least = 0;
  double most = 0;
  for (std::uint32_t episode = 0; episode < 2000; ++episode) {
    user.reset({12, core::Purpose::Test, episode});
    least = std::min(least, user.state().exposure);
    most = std::max(most, user.state().exposure);
  }
  CHECK(least == Approx(-1 / 0.6).epsilon(0.02));
  CHECK(most == Approx(1 / 0.6).epsilon(0.02));
}

TEST_CASE("recommend: options out of their ranges are refused") {
  for (const auto& wrong :
       {config::RecommendOptions{.items = 1}, config::RecommendOptions{.items = 12},
        config::RecommendOptions{.memory_discount = 1}, config::RecommendOptions{.memory_discount = -0.1},
        config::RecommendOptions{.sensitivity = -1}, config::RecommendOptions{.past_clicks = 0},
        config::RecommendOptions{.past_clicks = 61}}) {
    CHECK_THROWS_AS(make_user(wrong), core::UserError);
  }
}

}  // namespace qarium::env_recommend_test
