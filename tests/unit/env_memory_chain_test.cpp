// bsuite's memory chain: its observations step by step, and its rewards.
#include <cmath>
#include <span>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/env/memory_chain.hpp"
#include "tests/catch.hpp"

namespace qarium::env_memory_chain_test {
namespace {

using Seen = std::vector<float>;

env::MemoryLen make_len(std::int64_t length) {
  config::EnvironmentOptions options;
  options.memory_length = length;
  options.num_bits = 7;  // which memory_len does not heed
  return env::MemoryLen(options);
}

env::MemorySize make_size(std::int64_t bits) {
  config::EnvironmentOptions options;
  options.num_bits = bits;
  options.memory_length = 77;  // which memory_size does not heed
  return env::MemorySize(options);
}

Seen observe(const env::Environment& environment) {
  Seen seen(static_cast<std::size_t>(environment.spec().observation_space.size()));
  environment.observe(std::as_writable_bytes(std::span(seen)));
  return seen;
}

void expect(const env::StepResult& result, float reward, bool terminated) {
  CHECK(result.reward == reward);
  CHECK(result.terminated == terminated);
  CHECK_FALSE(result.truncated);
}

}  // namespace

TEST_CASE("memory_len: one bit, shown at first, is asked for after memory_length steps") {
  auto chain = make_len(4);
  CHECK(chain.spec().observation_space.shape == std::vector<std::int64_t>{3});
  CHECK(chain.spec().action_space.names == std::vector<std::string>{"-1", "+1"});
  chain.reset({1, core::Purpose::Test, 0});
  for (const int bit : {0, 1}) {
    for (const int answer : {0, 1}) {
      env::MemoryChainState state;
      state.context = static_cast<std::uint64_t>(bit);
      chain.set_state(state);
      const float shown = bit == 1 ? 1.0F : -1.0F;
      // bsuite counts the time from the step after the first on, so the context is seen twice.
      CHECK(observe(chain) == Seen{1, 0, shown});
      expect(chain.step(1 - answer), 0, false);
      CHECK(observe(chain) == Seen{1, 0, shown});
      expect(chain.step(1 - answer), 0, false);
      CHECK(observe(chain) == Seen{0.75F, 0, 0});
      expect(chain.step(1 - answer), 0, false);
      CHECK(observe(chain) == Seen{0.5F, 0, 0});
      expect(chain.step(1 - answer), 0, false);
      CHECK(observe(chain) == Seen{0.25F, 0, 0});
      expect(chain.step(answer), answer == bit ? 1.0F : -1.0F, true);
      CHECK(observe(chain) == Seen{0, 0, 0});
    }
  }
}

TEST_CASE("memory_size: many bits for two steps, one of them is asked for by its index") {
  auto chain = make_size(5);
  CHECK(chain.spec().observation_space.shape == std::vector<std::int64_t>{7});
  chain.reset({2, core::Purpose::Test, 0});
  env::MemoryChainState state;
  state.context = 0b10110;
  for (int query = 0; query < 5; ++query) {
    for (const int answer : {0, 1}) {
      state.query = query;
      chain.set_state(state);
      CHECK(observe(chain) == Seen{1, 0, -1, 1, 1, -1, 1});
      expect(chain.step(0), 0, false);
      CHECK(observe(chain) == Seen{1, 0, -1, 1, 1, -1, 1});
      expect(chain.step(0), 0, false);
      CHECK(observe(chain) == Seen{0.5F, static_cast<float>(query), 0, 0, 0, 0, 0});
      const int bit = query == 1 || query == 2 || query == 4 ? 1 : 0;
      expect(chain.step(answer), answer == bit ? 1.0F : -1.0F, true);
      CHECK(observe(chain) == Seen(7, 0));
    }
  }
}

TEST_CASE("memory_size tells 64 bits apart") {
  auto chain = make_size(64);
  chain.reset({2, core::Purpose::Test, 0});
  for (std::size_t i = 0; i < 64; ++i) {
    env::MemoryChainState state;
    state.context = std::uint64_t{1} << i;
    chain.set_state(state);
    Seen expected(66, -1);
    expected[0] = 1;
    expected[1] = 0;
    expected[2 + i] = 1;
    CHECK(observe(chain) == expected);
  }
}

TEST_CASE("a memory chain of length 1 shows the context and the query together") {
  auto chain = make_len(1);
  chain.reset({3, core::Purpose::Test, 0});
  const auto first = observe(chain);
  CHECK(first[0] == 1);
  CHECK(std::abs(first[2]) == 1);
  expect(chain.step(0), 0, false);
  CHECK(observe(chain) == first);
  expect(chain.step(first[2] > 0 ? 1 : 0), 1, true);
}

TEST_CASE("every bit and every query are drawn evenly, up to 64 bits") {
  auto chain = make_size(64);
  constexpr int kEpisodes = 6400;
  std::vector<int> ones(64);
  std::vector<int> asked(64);
  for (std::uint32_t episode = 0; episode < kEpisodes; ++episode) {
    chain.reset({4, core::Purpose::Test, episode});
    const auto seen = observe(chain);
    for (std::size_t i = 0; i < 64; ++i)
      ones[i] += seen[2 + i] > 0;
    chain.step(0);
    chain.step(0);
    ++asked[static_cast<std::size_t>(observe(chain)[1])];
  }
  for (std::size_t i = 0; i < 64; ++i) {
    CHECK(ones[i] == Approx(kEpisodes / 2).margin(5 * std::sqrt(kEpisodes / 4)));
    CHECK(asked[i] == Approx(100).margin(5 * std::sqrt(100)));
  }
}

TEST_CASE("remembering returns 1, guessing 0 on average, over chains of any length") {
  for (const std::int64_t length : {1, 3, 30, 200}) {
    INFO(length);
    auto chain = make_len(length);
    const int episodes = 400;
    double guessed = 0;
    for (std::uint32_t episode = 0; episode < episodes; ++episode) {
      for (const bool remembers : {true, false}) {
        chain.reset({5, core::Purpose::Test, episode});
        const int bit = observe(chain)[2] > 0 ? 1 : 0;
        double sum = 0;
        env::StepResult result;
        int steps = 0;
        do {
          result = chain.step(remembers ? bit : 1);
          sum += result.reward;
          ++steps;
        } while (!result.over());
        REQUIRE(steps == length + 1);
        if (remembers) REQUIRE(sum == 1);
        if (!remembers) guessed += sum;
      }
    }
    CHECK(guessed / episodes == Approx(0).margin(5 / std::sqrt(episodes)));
  }
}

TEST_CASE("a memory chain saved while nothing is shown still knows its bits") {
  auto chain = make_size(20);
  auto other = make_size(20);
  for (std::uint32_t episode = 0; episode < 50; ++episode) {
    chain.reset({6, core::Purpose::Test, episode});
    other.reset({7, core::Purpose::Test, episode});
    const auto context = observe(chain);
    chain.step(0);
    chain.step(0);
    other.restore_state(chain.save_state());
    const auto seen = observe(other);
    REQUIRE(seen == observe(chain));
    const auto query = static_cast<std::size_t>(seen[1]);
    expect(other.step(context[2 + query] > 0 ? 1 : 0), 1, true);
  }
}

TEST_CASE("a memory chain's picture shows the bits, the observation's only while they are seen") {
  auto chain = make_len(5);
  chain.reset({8, core::Purpose::Test, 0});
  protocol::Scene state;
  protocol::Scene told;
  const auto draw = [&] {
    const auto seen = observe(chain);
    chain.render(state);
    chain.render_observation(std::as_bytes(std::span(seen)), told);
  };
  const auto color = [](const protocol::Scene& scene) { return std::get<protocol::Polygon>(scene.shapes.at(0)).color; };
  draw();
  const auto bright = color(state);
  CHECK(color(told) == bright);
  for (int i = 0; i < 3; ++i)
    chain.step(0);
  draw();
  CHECK(color(state).alpha < bright.alpha);
  CHECK(color(state).red == bright.red);
  CHECK(color(told).red != bright.red);
}

TEST_CASE("memory chains refuse what is outside the table's range") {
  CHECK_THROWS_WITH(make_len(0), ContainsSubstring("environment.memory_length = 0"));
  CHECK_THROWS_AS(make_len(201), core::UserError);
  CHECK_THROWS_WITH(make_size(65), ContainsSubstring("environment.num_bits = 65"));
  CHECK_THROWS_AS(make_size(0), core::UserError);
}

}  // namespace qarium::env_memory_chain_test
