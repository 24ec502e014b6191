// Agents with a memory in the loop, on the stage, in evaluations and checkpoints.
#include <torch/torch.h>

#include <array>
#include <limits>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/inspect/episode_viewer.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/evaluator.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/staged.hpp"

namespace qarium::train_recurrent_test {

using tests::small_maze;

namespace {

void run(train::TrainLoop& loop, std::int64_t updates) {
  while (loop.position().updates < updates)
    loop.tick();
}

/// Episodes of different lengths, without evaluations.
config::Hyperparameters cartpole_with(const std::string& memory) {
  auto h = small_maze(memory);
  h.environment.id = "CartPole-v1";
  h.eval_freq = 0;
  return h;
}

torch::Tensor parameters(train::TrainLoop& loop) {
  return tests::dqn_of(loop).dqn().online().parameters().values();
}

}  // namespace

TEST_CASE("the same seed gives an agent with a memory the same parameters, bit for bit", "[train]") {
  for (const std::string memory : {"lstm", "gru", "ntm"}) {
    INFO(memory);
    auto h = small_maze(memory);
    h.attention.kind = "dot";
    h.attention.query = "memory";
    train::TrainLoop one(h, "cpu", nullptr);
    train::TrainLoop other(h, "cpu", nullptr);
    run(one, 60);
    run(other, 60);
    CHECK(tests::equal_bits(parameters(one), parameters(other)));
    CHECK(parameters(one).isfinite().all().item<bool>());
    REQUIRE(tests::dqn_of(one).sequences() != nullptr);
    CHECK(tests::dqn_of(one).sequences()->size() > 0);
    CHECK(tests::dqn_of(one).sequences()->state_bytes() > 0);
  }
}

TEST_CASE("memories can be exchanged while an agent learns", "[train]") {
  train::TrainLoop loop(small_maze("lstm"), "cpu", nullptr);
  run(loop, 20);
  std::int64_t updates = 20;
  const std::vector<std::pair<std::string, config::Value>> changes = {{"head.width", 12L},
                                                                      {"memory.kind", std::string("ntm")},
                                                                      {"memory.slots", 7L},
                                                                      {"memory.kind", std::string("none")},
                                                                      {"memory.kind", std::string("gru")},
                                                                      {"sequence_length", 4L},
                                                                      {"n_envs", 3L},
                                                                      {"prioritized_replay", false},
                                                                      {"environment.corridor_length", 4L},
                                                                      {"memory.action_input", false}};
  for (const auto& [name, value] : changes) {
    INFO(name << " = " << config::format(value));
    loop.set(name, value);
    CHECK((tests::dqn_of(loop).sequences() != nullptr) == (loop.hyperparameters().memory.kind != "none"));
    updates += 20;
    run(loop, updates);
    CHECK(parameters(loop).isfinite().all().item<bool>());
  }
}

TEST_CASE("a memory exchanged in the middle of an evaluation begins the evaluation anew", "[train]") {
  const std::vector<std::pair<std::string, config::Value>> changes = {{"memory.kind", std::string("ntm")},
                                                                      {"memory.kind", std::string("dnc")},
                                                                      {"memory.hidden", 12L},
                                                                      {"memory.kind", std::string("none")},
                                                                      {"memory.kind", std::string("gru")},
                                                                      {"memory.kind", std::string("lstm")},
                                                                      {"environment.corridor_length", 4L},
                                                                      {"n_envs", 3L},
                                                                      {"head.width", 12L}};
  train::TrainLoop loop(small_maze("lstm"), "cpu", nullptr);
  for (const auto& [name, value] : changes) {
    INFO(name << " = " << config::format(value));
    while (!loop.evaluating())
      loop.tick();
    loop.tick();
    REQUIRE(loop.evaluating());
    loop.set(name, value);
    REQUIRE(loop.evaluating());
    while (loop.evaluating())
      loop.tick();
    CHECK(loop.last_evaluation()->episodes == 3);
    CHECK(loop.last_evaluation()->mean_length ==
          static_cast<double>(loop.hyperparameters().environment.corridor_length + 1));
  }
}

TEST_CASE("a change in the middle of the last evaluation does not do away with it", "[train]") {
  auto h = small_maze("lstm");
  h.n_timesteps = 150;
  h.eval_freq = 1'000;
  train::TrainLoop loop(h, "cpu", nullptr);
  while (!loop.evaluating())
    loop.tick();
  loop.tick();
  loop.set("memory.kind", std::string("gru"));
  CHECK_FALSE(loop.finished());
  while (loop.evaluating()) {
    CHECK_FALSE(loop.finished());
    loop.tick();
  }
  CHECK(loop.last_evaluation()->episodes == 3);
  for (int i = 0; i < 10 && !loop.finished(); ++i)
    loop.tick();  // updates that were due
  CHECK(loop.finished());
}

TEST_CASE("an evaluation remembers within an episode and forgets between episodes", "[train]") {
  // Against the same episodes played by hand, each with a memory of its own.
  int told_apart = 0;
  for (const std::string memory : {"gru", "ntm", "lstm", "dnc"}) {
    INFO(memory);
    auto h = small_maze(memory);
    h.environment.id = "repeat_previous";
    constexpr std::int64_t kEpisodes = 40;
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
    {
      // A network that was never trained always does the same.
      const torch::NoGradGuard no_grad;
      auto& values = policy.parameters().values();
      values.add_(tests::normal_tensor(values.sizes().vec(), 5), 0.7);
    }
    const auto found = train::evaluate(policy, h.environment, kEpisodes, 5);
    env::VectorEnvironment environments(h.environment, 16, 5, core::Purpose::Evaluation);
    const auto bytes = environments.spec().observation_space.bytes();
    std::vector<std::byte> observation(bytes);
    double total = 0;
    double forgetful = 0;
    for (std::int64_t k = 0; k < kEpisodes; ++k) {
      const auto i = static_cast<std::size_t>(k % 16);
      for (const bool remembers : {true, false}) {
        environments.reset(i, static_cast<std::uint32_t>(k / 16));
        auto carried = policy.begin(1);
        for (bool over = false; !over;) {
          environments.observe(i, observation);
          const std::array<std::span<const std::byte>, 1> batch = {std::span<const std::byte>(observation)};
          if (!remembers) carried = policy.begin(1);
          const int action = agent::greedy(policy.evaluate(batch, carried).preferences);
          const auto result = environments[i].step(action);
          carried.acted(0, action, result.reward);
          over = result.over();
          (remembers ? total : forgetful) += result.reward;
        }
      }
    }
    CHECK(found.mean_return == Approx(total / kEpisodes).epsilon(1e-6));
    if (found.mean_return != Approx(forgetful / kEpisodes).epsilon(1e-3)) ++told_apart;
  }
  CHECK(told_apart > 0);  // some of these networks, never trained, do what they remember
}

TEST_CASE("each environment's memory begins anew where its own episode does", "[train]") {
  for (const std::string memory : {"lstm", "ntm"}) {
    INFO(memory);
    auto h = cartpole_with(memory);
    h.n_envs = 3;
    h.learning_starts = 1'000;
    train::TrainLoop loop(h, "cpu", nullptr);
    const auto beginning = tests::dqn_of(loop).dqn().online().begin(1);
    int ends = 0;
    for (int tick = 0; tick < 200; ++tick) {
      loop.tick();
      const auto now = loop.episodes_in_progress();
      for (std::size_t i = 0; i < 3; ++i) {
        const bool begins = now[i].actions.empty();
        ends += begins ? 1 : 0;
        const auto& carried = tests::dqn_of(loop).recurrent_state();
        CHECK((carried.state_row(i) == beginning.state_row(0)) == begins);
      }
    }
    CHECK(ends > 6);
  }
}

TEST_CASE("states that would take too much room are refused, and nothing is lost", "[train]") {
  auto h = small_maze("dnc");
  train::TrainLoop loop(h, "cpu", nullptr);
  run(loop, 5);
  const auto before = parameters(loop).clone();
  const auto rebuilds = loop.rebuilds();
  loop.set("memory.slots", 16L);
  CHECK_THROWS_WITH(loop.set("memory.slots", 1024L), ContainsSubstring("states of the memory"));
  CHECK(loop.hyperparameters().memory.slots == 16);
  CHECK(loop.rebuilds() == rebuilds + 1);
  run(loop, 10);
  h.memory.slots = 1024;
  CHECK_THROWS_AS(loop.configure(h), core::UserError);
  CHECK(loop.hyperparameters().memory.slots == 16);
  run(loop, 15);
}

TEST_CASE("a checkpoint brings an agent with a memory back in the middle of its episodes", "[train]") {
  for (const std::string memory : {"ntm", "gru"}) {
    INFO(memory);
    auto h = cartpole_with(memory);
    h.learning_starts = 100'000;  // it acts only, at random: what follows is the environments' own
    train::TrainLoop loop(h, "cpu", nullptr);
    for (int i = 0; i < 33; ++i)
      loop.tick();
    const auto checkpoint = train::make_checkpoint(loop);
    train::TrainLoop back(small_maze("lstm"), "cpu", nullptr);
    train::load_checkpoint(checkpoint, "test", back);
    CHECK(tests::equal_bits(parameters(loop), parameters(back)));
    const auto was = loop.episodes_in_progress();
    const auto now = back.episodes_in_progress();
    REQUIRE(now.size() == 2);
    std::vector<std::byte> expected(loop.spec().observation_space.bytes());
    auto found = expected;
    for (std::size_t i = 0; i < 2; ++i) {
      CHECK(now[i].number == was[i].number);
      CHECK(now[i].number > 0);
      CHECK(now[i].actions == was[i].actions);
      loop.environments().observe(i, expected);
      back.environments().observe(i, found);
      CHECK((found == expected));
    }
    const auto& carried = tests::dqn_of(loop).recurrent_state();
    const auto& carried_back = tests::dqn_of(back).recurrent_state();
    CHECK(carried_back.values == carried.values);
    CHECK(carried_back.actions == carried.actions);
    CHECK(carried_back.rewards == carried.rewards);

    // A file that was tampered with is refused by name, and the loop goes on as it was.
    const auto refused = [&](const std::string& array, float value, const std::string& words) {
      auto bad = checkpoint;
      for (auto& each : bad.arrays) {
        if (each.name == array) each.values[0] = value;
      }
      CHECK_THROWS_WITH(train::load_checkpoint(bad, "test", back), ContainsSubstring(words));
      CHECK(back.episodes_in_progress()[0].actions == was[0].actions);
    };
    refused("episodes/0/actions", 2, "'episodes/0/actions'");
    refused("episodes/0/actions", -1, "no whole number");
    refused("episodes/0/actions", std::numeric_limits<float>::quiet_NaN(), "no whole number");
    refused("episodes/1/number", 0.5, "'episodes/1/number'");
    auto bad = checkpoint;
    for (auto& each : bad.arrays) {
      if (each.name == "episodes/0/actions") each = {each.name, {600}, std::vector<float>(600, 1)};
    }
    CHECK_THROWS_WITH(train::load_checkpoint(bad, "test", back), ContainsSubstring("over before its last action"));
    std::erase_if(bad.arrays, [](const auto& each) { return each.name.starts_with("episodes/"); });
    train::load_checkpoint(bad, "test", back);
    CHECK(back.episodes_in_progress()[0].number == 0);
    CHECK(back.episodes_in_progress()[0].actions.empty());
  }
}

TEST_CASE("the stage carries its recurrent_state through rewinding and resuming", "[train]") {
  for (const std::string memory : {"lstm", "ntm"}) {
    const auto h = small_maze(memory);
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU, 1);
    inspect::EpisodeViewer stage;
    stage.adopt(tests::version_of(h, 1));
    std::vector<std::vector<float>> first;
    for (int i = 0; i < 12; ++i) {
      first.push_back(stage.moment().action_values);
      stage.forward();
    }
    // What the memory holds matters: the corridor looks the same at every step, the values do not.
    CHECK(first[1] != first[2]);
    for (const std::int64_t from : {3, 9}) {
      stage.seek(from);
      stage.resume(false);
      for (std::int64_t i = from; i < 12; ++i) {
        CHECK(stage.moment().action_values == first[static_cast<std::size_t>(i)]);
        stage.forward();
      }
    }
    // The same by hand, from the episode's beginning.
    stage.seek(0);
    auto carried = policy.begin(1);
    for (std::int64_t i = 0; i < 5; ++i) {
      stage.seek(i);
      const std::array<std::span<const std::byte>, 1> batch = {std::span<const std::byte>(stage.observation())};
      const auto expected = policy.evaluate(batch, carried).preferences;
      CHECK(std::vector<float>(expected.begin(), expected.end()) == stage.moment().action_values);
      stage.seek(i + 1);
      const auto reward = stage.moment().reward;
      stage.seek(i);
      carried.acted(0, stage.moment().action, reward);
    }
  }
}

}  // namespace qarium::train_recurrent_test
