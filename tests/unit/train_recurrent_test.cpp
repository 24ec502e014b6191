// Agents with a memory in the loop, on the stage, in evaluations and checkpoints.
#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/train/checkpoint.hpp"
#include "engine/train/evaluator.hpp"
#include "engine/train/stage.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/staged.hpp"

using namespace qarium;
using tests::small_maze;

namespace {

void run(train::TrainLoop& loop, std::int64_t updates) {
  while (loop.position().updates < updates)
    loop.tick();
}

torch::Tensor parameters(train::TrainLoop& loop) {
  return loop.learner().online().parameters().values();
}

}  // namespace

TEST_CASE("the same seed gives an agent with a memory the same parameters, bit for bit", "[train]") {
  for (const std::string memory : {"lstm", "gru", "ntm"}) {
    INFO(memory);
    auto h = small_maze(memory);
    h.attention.kind = "dot";
    h.attention.query = "memory";
    train::TrainLoop one(h, torch::kCPU, nullptr);
    train::TrainLoop other(h, torch::kCPU, nullptr);
    run(one, 60);
    run(other, 60);
    CHECK(tests::equal_bits(parameters(one), parameters(other)));
    CHECK(parameters(one).isfinite().all().item<bool>());
    REQUIRE(one.sequences() != nullptr);
    CHECK(one.sequences()->size() > 0);
    CHECK(one.sequences()->state_bytes() > 0);
  }
}

TEST_CASE("memories can be exchanged while an agent learns", "[train]") {
  train::TrainLoop loop(small_maze("lstm"), torch::kCPU, nullptr);
  run(loop, 20);
  std::int64_t updates = 20;
  const std::vector<std::pair<std::string, core::Value>> changes = {{"head.width", 12L},
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
    INFO(name << " = " << core::format(value));
    loop.set(name, value);
    CHECK((loop.sequences() != nullptr) == (loop.hyperparameters().memory.kind != "none"));
    updates += 20;
    run(loop, updates);
    CHECK(parameters(loop).isfinite().all().item<bool>());
  }
}

TEST_CASE("an evaluation remembers within an episode and forgets between episodes", "[train]") {
  // A memory of one unit that says whether a cue was up decides this maze: evaluated alone or in a batch, an episode of
  // one seed has one return.
  const auto h = small_maze("gru");
  agent::Policy policy(h, tests::spec_of(h), torch::kCPU);
  const auto batch = train::evaluate(policy, h.environment, 40, 5);
  const auto again = train::evaluate(policy, h.environment, 40, 5);
  CHECK(batch.mean_return == again.mean_return);
  CHECK(batch.mean_length == 7);
}

TEST_CASE("a checkpoint brings an agent with a memory back", "[train]") {
  train::TrainLoop loop(small_maze("ntm"), torch::kCPU, nullptr);
  run(loop, 30);
  const auto checkpoint = train::make_checkpoint(loop);
  train::TrainLoop back(small_maze("lstm"), torch::kCPU, nullptr);
  train::load_checkpoint(checkpoint, "test", back);
  CHECK(tests::equal_bits(parameters(loop), parameters(back)));
  run(back, 40);
}

TEST_CASE("the stage carries its recollection through rewinding and resuming", "[train]") {
  for (const std::string memory : {"lstm", "ntm"}) {
    const auto h = small_maze(memory);
    agent::Policy policy(h, tests::spec_of(h), torch::kCPU, 1);
    train::Stage stage;
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
      const auto expected = policy.values(batch, carried);
      CHECK(std::vector<float>(expected.begin(), expected.end()) == stage.moment().action_values);
      stage.seek(i + 1);
      const auto reward = stage.moment().reward;
      stage.seek(i);
      carried.acted(0, stage.moment().action, reward);
    }
  }
}
