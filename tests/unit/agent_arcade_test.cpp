// What is learned from games: clipped rewards, lives, and stacks of frames, in the learner and in whole loops.
#include <torch/torch.h>

#include <cstring>
#include <vector>

#include "engine/env/gymnasium/interpreter.hpp"
#include "engine/env/registry.hpp"
#include "engine/train/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_arcade_test {
namespace {

/// Of one step each: the newest number is how many were taken.
env::EnvironmentSpec counting_spec() {
  env::EnvironmentSpec spec;
  spec.observation_space = {.shape = {3}, .low = {0}, .high = {100}};
  spec.action_space.names = {"left", "right"};
  spec.frames = 3;
  spec.clips_reward = true;
  return spec;
}

config::Hyperparameters small(const std::string& memory) {
  config::Hyperparameters h;
  h.encoder.width = 8;
  h.head.width = 8;
  h.memory.kind = memory;
  h.memory.hidden = 4;
  h.buffer_size = 100;
  h.sequence_length = 4;
  h.sequence_overlap = 2;
  h.learning_starts = 10;
  h.batch_size = 4;
  return h;
}

void show(agent::Learner& learner, float newest) {
  const float seen[] = {newest - 2, newest - 1, newest};
  std::memcpy(learner.observation(0).data(), seen, sizeof seen);
}

config::Hyperparameters small_game(const std::string& game) {
  auto h = config::preset("atari-breakout").hyperparameters;
  h.environment.id = "gym:ALE/" + game + "-v5";
  h.buffer_size = 150;
  h.learning_starts = 40;
  h.batch_size = 4;
  h.head.width = 16;
  h.n_timesteps = 260;
  h.eval_freq = 0;
  return h;
}

/// Whether there is a Python with the games here; says why not, once a test.
bool games_are_here() {
  try {
    config::EnvironmentOptions options;
    options.id = "gym:ALE/Breakout-v5";
    env::make(options);
    return true;
  } catch (const core::UserError& error) {
    WARN("skipped: " << error.what());
    return false;
  }
}

std::vector<float> parameters_of(train::TrainLoop& loop) {
  std::vector<float> values(loop.learner().policy().parameter_count());
  loop.learner().policy().copy_parameters(values);
  return values;
}

}  // namespace

TEST_CASE("a learner learns from clipped rewards, and a life lost ends what it learns", "[agent]") {
  for (const std::string memory : {"none", "gru"}) {
    INFO(memory);
    const auto h = small(memory);
    agent::DqnLearner learner(h, counting_spec(), torch::kCPU);
    std::vector<int> actions(1);
    for (int step = 0; step < 20; ++step) {
      if (step == 0) {
        const float first[] = {0, 0, 0};
        std::memcpy(learner.observation(0).data(), first, sizeof first);
      }
      const protocol::Position position{step, 0};
      learner.act(position, actions);
      env::StepResult result{.reward = static_cast<float>(step - 10) * 3};
      result.life_lost = step == 7;
      learner.observe(0, actions[0], result);
      if (memory != "none") CHECK(std::abs(learner.recurrent_state().rewards[0]) <= 1);
      show(learner, static_cast<float>(step + 1));
      learner.end_step(position);
    }
    const auto& replay = learner.replay();
    for (std::size_t slot = 0; slot < 20; ++slot) {
      CAPTURE(slot);
      CHECK(replay.reward(slot) == (slot < 10 ? -1 : slot > 10 ? 1 : 0));
      CHECK(replay.terminated(slot) == (slot == 7));
      // The stack goes on over the life lost.
      const auto newest = static_cast<float>(slot);
      const float wanted[] = {std::max(newest - 2, 0.0F), std::max(newest - 1, 0.0F), newest};
      CHECK(std::memcmp(replay.observation(slot).data(), wanted, sizeof wanted) == 0);
    }
    if (learner.update_due()) CHECK(std::isfinite(learner.update({20, 0})[0]));
  }
}

TEST_CASE("a loop over games keeps in replay what its environments showed, and can be gone on with",
          "[agent][gymnasium]") {
  if (!games_are_here()) return;
  auto h = small_game("Breakout");
  for (const std::int64_t copies : {1, 2}) {
    h.n_envs = copies;
    train::TrainLoop loop(h, "cpu", nullptr);
    const auto& replay = tests::dqn_of(loop).replay();
    std::vector<std::vector<std::byte>> seen(replay.capacity());
    bool lost_a_life = false;
    const auto look = [&] {
      for (std::size_t i = 0; i < static_cast<std::size_t>(copies); ++i)
        seen[replay.current_slot(i)] = replay.observation(replay.current_slot(i));
    };
    look();
    while (!loop.finished()) {
      loop.tick();
      look();
      if (loop.position().environment_steps % 20 != 0) continue;
      for (std::size_t slot = 0; slot < seen.size(); ++slot) {
        if (seen[slot].empty()) continue;
        lost_a_life = lost_a_life || replay.terminated(slot);
        // Those whose older frames were overwritten are not drawn any more.
        const auto left =
            replay.capacity() / static_cast<std::size_t>(copies) - static_cast<std::size_t>(replay.age(slot));
        if (left >= 4) REQUIRE((replay.observation(slot) == seen[slot]));
      }
    }
    CHECK(lost_a_life);
    for (const float value : parameters_of(loop))
      REQUIRE(std::isfinite(value));

    train::TrainLoop stopped(h, "cpu", nullptr);
    for (int tick = 0; tick < 150; ++tick)
      stopped.tick();
    agent::ExperienceMark mark;
    auto part = stopped.learner().experience_since(mark);
    auto checkpoint = train::make_checkpoint(stopped);
    checkpoint.experience = {std::move(part)};
    train::TrainLoop other(checkpoint, h, "cpu", nullptr);
    while (!other.finished())
      other.tick();
    CHECK(parameters_of(other) == parameters_of(loop));
  }
}

}  // namespace qarium::agent_arcade_test
