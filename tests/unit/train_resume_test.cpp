// A run that was stopped and gone on with ends as one that never stopped: bit for bit, at any tick, for every memory.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "engine/run/manifest.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/train/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_resume_test {

using train::TrainLoop;

namespace {

struct Case {
  std::string name;
  config::Hyperparameters h;
};

config::Hyperparameters small_maze(const std::string& memory) {
  auto h = tests::small_maze(memory);
  h.buffer_size = 240;  // the ring turns over several times
  h.n_timesteps = 1'000;
  h.prioritized_replay = false;
  h.gradient_steps = 2;
  return h;
}

const std::vector<std::string> kMemories = {"lstm", "gru",  "min_gru",     "lru",      "ntm",
                                            "dnc",  "mann", "memory_bank", "temporal", "transformer"};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const auto& memory : kMemories)
    all.push_back({memory, small_maze(memory)});
  auto h = small_maze("lstm");
  h.prioritized_replay = true;
  h.attention.kind = "additive";
  h.attention.query = "memory";
  h.encoder.kind = "mlp";
  all.push_back({"lstm, prioritized, asked by the memory", h});
  h = tests::small_cartpole();
  h.n_timesteps = 1'500;
  h.buffer_size = 300;
  h.eval_freq = 400;
  h.n_eval_episodes = 2;
  all.push_back({"cartpole", h});
  h.prioritized_replay = true;
  h.n_step = 3;
  h.n_envs = 3;
  h.optimizer = "rmsprop_centered";
  all.push_back({"cartpole, prioritized, n_step, 3 environments", h});
  for (const std::string distribution : {"categorical", "quantile", "implicit"}) {
    h.head.distribution = distribution;
    h.head.dueling = h.double_q = h.layers.noisy = true;
    h.layers.dropout = 0.1;
    all.push_back({"cartpole, noisy, dropout, " + distribution, h});
    auto maze = small_maze("gru");
    maze.head.distribution = distribution;
    maze.value_rescaling = false;
    all.push_back({"gru, " + distribution, maze});
  }
  h = tests::small_cartpole();
  h.n_timesteps = 1'500;
  h.munchausen = h.layers.layer_norm = true;
  h.weight_decay = 0.01;
  all.push_back({"munchausen, layer norm, weight decay", h});
  h = config::preset("breakout-dqn").hyperparameters;
  h.n_timesteps = 1'200;
  h.buffer_size = 300;
  h.learning_starts = 100;
  h.eval_freq = 0;
  all.push_back({"minatar, bits in replay", h});
  h = config::defaults_of("stream_q");
  h.environment.id = "CartPole-v1";
  h.n_timesteps = 1'000;
  h.encoder.width = h.head.width = 8;
  h.eval_freq = 300;
  h.n_eval_episodes = 2;
  all.push_back({"stream_q", h});
  for (const std::string algorithm : {"a2c", "ppo", "pqn"}) {
    h = config::defaults_of(algorithm);
    h.environment.id = "CartPole-v1";
    h.n_timesteps = 3'000;
    h.n_envs = 3;
    h.n_steps = algorithm == "a2c" ? 5 : 12;
    h.batch_size = 8;
    h.n_epochs = 3;
    h.encoder.width = h.head.width = 8;
    h.eval_freq = 900;
    h.n_eval_episodes = 2;
    all.push_back({algorithm, h});
    if (algorithm != "pqn") continue;
    h.layers.noisy = true;
    all.push_back({"pqn, noisy", h});
    auto maze = small_maze("gru");
    maze.algorithm = algorithm;
    maze.n_steps = 10;
    maze.n_epochs = 2;
    maze.batch_size = 10;
    maze.layers.noisy = true;
    maze.layers.dropout = 0.1;
    all.push_back({"pqn, noisy, dropout, gru", maze});
  }
  for (const auto& memory : kMemories) {
    h = small_maze(memory);
    h.algorithm = "ppo";
    h.n_steps = 10;
    h.n_epochs = 2;
    h.batch_size = 10;
    all.push_back({"ppo, " + memory, h});
  }
  for (const std::string memory : {"none", "gru", "ntm"}) {
    h = small_maze(memory);
    h.algorithm = memory == "ntm" ? "a2c" : "ppo";
    h.n_steps = 10;
    h.n_epochs = 2;
    h.batch_size = 10;
    h.critic = "attention";
    h.critic_window = 7;
    all.push_back({h.algorithm + ", attention critic, " + memory, h});
  }
  return all;
}

/// A checkpoint as a run writes it, part of experience after part.
class Written {
 public:
  core::Archive checkpoint(TrainLoop& loop) {
    if (auto part = loop.learner().experience_since(mark_); !part.empty()) parts_.push_back(std::move(part));
    auto checkpoint = train::make_checkpoint(loop);
    checkpoint.experience = parts_;
    return checkpoint;
  }

 private:
  agent::ExperienceMark mark_;
  std::vector<std::vector<std::byte>> parts_;
};

std::string digest(TrainLoop& loop) {
  return train::parameter_digest(loop.learner().policy());
}

}  // namespace

TEST_CASE("a loop that goes on from a checkpoint ends as one that never stopped", "[train][long]") {
  constexpr int kTicks = 1'300;
  constexpr int kFurther = 60;
  for (const auto& [name, h] : cases()) {
    CAPTURE(name);
    core::RandomStream draws(7, core::Purpose::Test, 1);
    std::set<int> stops;
    while (stops.size() < 50)
      stops.insert(static_cast<int>(draws.below(kTicks - kFurther)));
    TrainLoop loop(h, "cpu", nullptr);
    Written written;
    std::vector<std::string> digests(kTicks + 1);
    std::vector<protocol::Position> positions(kTicks + 1);
    std::vector<std::pair<int, core::Archive>> checkpoints;
    for (int tick = 0; tick <= kTicks; ++tick) {
      digests[static_cast<std::size_t>(tick)] = digest(loop);
      positions[static_cast<std::size_t>(tick)] = loop.position();
      if (stops.contains(tick)) checkpoints.emplace_back(tick, written.checkpoint(loop));
      loop.tick();
    }
    CHECK(loop.position().updates > 50);
    for (const auto& [tick, checkpoint] : checkpoints) {
      CAPTURE(tick);
      TrainLoop other(checkpoint, h, "cpu", nullptr);
      REQUIRE(other.ticks() == tick);
      REQUIRE(digest(other) == digests[static_cast<std::size_t>(tick)]);
      for (int k = 0; k < kFurther; ++k)
        other.tick();
      REQUIRE(other.position() == positions[static_cast<std::size_t>(tick + kFurther)]);
      REQUIRE(digest(other) == digests[static_cast<std::size_t>(tick + kFurther)]);
    }
  }
}

TEST_CASE("what was restored is saved as it was", "[train]") {
  for (const auto& [name, h] : cases()) {
    CAPTURE(name);
    TrainLoop loop(h, "cpu", nullptr);
    for (int tick = 0; tick < 700; ++tick)
      loop.tick();
    const auto checkpoint = Written().checkpoint(loop);
    TrainLoop other(checkpoint, h, "cpu", nullptr);
    const auto again = Written().checkpoint(other);
    CHECK((again.sections == checkpoint.sections));
    CHECK(again.metadata == checkpoint.metadata);
    CHECK((again.experience == checkpoint.experience));
    REQUIRE(again.arrays.size() == checkpoint.arrays.size());
    for (std::size_t i = 0; i < again.arrays.size(); ++i) {
      CAPTURE(again.arrays[i].name);
      CHECK(again.arrays[i].values == checkpoint.arrays[i].values);
    }
  }
}

}  // namespace qarium::train_resume_test
