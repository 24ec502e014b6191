// Stacks of frames: the agent sees the last ones at once, and nothing else changes.
#include <cstddef>
#include <deque>
#include <memory>
#include <vector>

#include "engine/env/frame_stack.hpp"
#include "engine/env/registry.hpp"
#include "tests/catch.hpp"

namespace qarium::env_frame_stack_test {
namespace {

using Bytes = std::vector<std::byte>;

config::EnvironmentOptions options_for(const char* id) {
  config::EnvironmentOptions options;
  options.id = id;
  options.flicker_prob = 0.3;
  return options;
}

Bytes observe(const env::Environment& environment) {
  Bytes bytes(environment.spec().observation_space.bytes(), std::byte{0xcd});
  environment.observe(bytes);
  return bytes;
}

/// What an agent sees of these frames.
Bytes joined(const std::deque<Bytes>& frames) {
  Bytes all;
  for (const auto& frame : frames)
    all.insert(all.end(), frame.begin(), frame.end());
  return all;
}

}  // namespace

TEST_CASE("an observation of a stack is the last frames, an episode's first standing for those before it") {
  for (const char* id : {"MinAtar/Breakout-v0", "CartPole-v1"}) {
    for (const std::int64_t frames : {1, 3}) {
      INFO(id << ", " << frames);
      const auto plain = env::make(options_for(id));
      env::FrameStack stacked(env::make(options_for(id)), frames);
      auto shape = plain->spec().observation_space.shape;
      shape.front() *= frames;
      CHECK(stacked.spec().observation_space.shape == shape);
      CHECK(stacked.spec().frames == frames);
      for (std::uint32_t episode = 0; episode < 3; ++episode) {
        const core::RandomStream stream(1, core::Purpose::Test, episode);
        plain->reset(stream);
        stacked.reset(stream);
        std::deque<Bytes> seen(static_cast<std::size_t>(frames), observe(*plain));
        REQUIRE((observe(stacked) == joined(seen)));
        for (int step = 0; step < 60; ++step) {
          const int action = step % plain->spec().action_space.n();
          const auto wanted = plain->step(action);
          const auto result = stacked.step(action);
          REQUIRE(result.reward == wanted.reward);
          REQUIRE(result.over() == wanted.over());
          seen.pop_front();
          seen.push_back(observe(*plain));
          REQUIRE((observe(stacked) == joined(seen)));
          if (result.over()) break;
        }
      }
    }
  }
}

TEST_CASE("a restored state of a stack sees and does the same") {
  const auto make = [] { return env::FrameStack(env::make(options_for("MinAtar/Breakout-v0")), 4); };
  auto environment = make();
  environment.reset({2, core::Purpose::Test, 0});
  // The ball is not down yet after five steps in all.
  for (int step = 0; step < 2; ++step)
    environment.step(step % 3);
  const auto seen = observe(environment);
  const auto saved = environment.save_state();
  const auto future = [](env::Environment& its) {
    std::vector<Bytes> all;
    for (int step = 0; step < 3; ++step) {
      CHECK_FALSE(its.step(step % 2).over());
      all.push_back(observe(its));
    }
    return all;
  };
  const auto wanted = future(environment);
  auto other = make();
  other.reset({3, core::Purpose::Test, 0});
  other.restore_state(saved);
  CHECK((observe(other) == seen));
  CHECK((future(other) == wanted));
  CHECK_THROWS_AS(other.restore_state(Bytes(3)), std::invalid_argument);
}

TEST_CASE("only the newest frame of a stack is drawn") {
  auto options = options_for("MinAtar/Breakout-v0");
  options.flicker_prob = 0;
  const auto plain = env::make(options);
  env::FrameStack stacked(env::make(options), 4);
  plain->reset({4, core::Purpose::Test, 0});
  stacked.reset({4, core::Purpose::Test, 0});
  for (int step = 0; step < 4; ++step) {
    plain->step(step % 3);
    stacked.step(step % 3);
  }
  protocol::Scene wanted;
  protocol::Scene drawn;
  plain->render_observation(observe(*plain), wanted);
  stacked.render_observation(observe(stacked), drawn);
  CHECK(drawn.grid.cells == wanted.grid.cells);
  CHECK(drawn.grid.rows == wanted.grid.rows);
}

}  // namespace qarium::env_frame_stack_test
