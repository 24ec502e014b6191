// What the stage shows of a memory over an episode, and the two courses that are played beside each other.
#include <torch/torch.h>

#include <cmath>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/inspect/episode_viewer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/staged.hpp"

namespace qarium::inspect_episode_viewer_memory_test {

using inspect::EpisodeViewer;
using protocol::TraceRole;
using tests::describe;

namespace {

constexpr auto kMemory = static_cast<protocol::Needs>(protocol::Part::Memory);

EpisodeViewer staged(const config::Hyperparameters& h, int steps) {
  EpisodeViewer stage;
  stage.adopt(tests::version_of(h, 1));
  for (int i = 0; i < steps; ++i)
    stage.forward();
  return stage;
}

protocol::CounterfactualRollout played(EpisodeViewer& stage, const config::Hyperparameters& h,
                                       std::int64_t limit = 100) {
  inspect::CounterfactualPlayer player(h, stage.policy(), stage.counterfactual_start(), limit);
  while (player.tick()) {
  }
  return player.result();
}

}  // namespace

TEST_CASE("the strips over time tell the episode under the cursor", "[train]") {
  const auto h = tests::small_maze("ntm");
  auto stage = staged(h, 11);  // an episode of 7 steps, and 3 steps of the next
  const auto now = describe(stage);
  REQUIRE(now.memory_episode);
  CHECK(now.memory_episode->first == 8);
  CHECK(now.memory_episode->columns == 4);
  stage.seek(3);
  const auto before = describe(stage);
  CHECK(before.memory_episode->first == 0);
  CHECK(before.memory_episode->first_step == 0);
  CHECK(before.memory_episode->columns == 8);
  CHECK(before.memory_episode->version != now.memory_episode->version);
  CHECK(describe(stage).memory_episode == before.memory_episode);  // made once

  const auto* writes = before.memory_episode->find(TraceRole::WriteWeights, 0);
  const auto* outputs = before.memory_episode->find(TraceRole::Output);
  REQUIRE(writes);
  REQUIRE(outputs);
  CHECK(writes->rows == 5);
  // The same numbers evaluated in batches of other sizes, which a BLAS may round otherwise.
  const auto column = [](const protocol::MemoryTrace& trace, std::ptrdiff_t at, const std::vector<float>& expected) {
    for (std::size_t row = 0; row < expected.size(); ++row) {
      CAPTURE(row);
      CHECK(std::abs(trace.values[static_cast<std::size_t>(at) * expected.size() + row] - expected[row]) < 1e-5F);
    }
  };
  REQUIRE(before.memory->write_weights.size() == 5);
  REQUIRE(before.moment.action_values.size() == 4);
  column(*writes, 3, before.memory->write_weights);
  column(*outputs, 3, before.moment.action_values);
  // What a step leaves behind is what the next begins with.
  const auto after = before.memory->after;
  stage.seek(4);
  const auto next = describe(stage).memory->before;
  REQUIRE(next.size() == after.size());
  for (std::size_t i = 0; i < after.size(); ++i)
    CHECK(std::abs(next[i] - after[i]) < 1e-5F);
}

TEST_CASE("strips of long episodes end at a limit, and count against the stage's memory", "[train]") {
  auto h = tests::small_maze("lstm");
  h.environment.corridor_length = 700;
  auto stage = staged(h, 650);
  const auto bytes = stage.bytes();
  const auto here = describe(stage, kMemory);
  CHECK(here.memory_episode->columns <= 512);
  CHECK(here.memory_episode->first + here.memory_episode->columns == 651);
  CHECK(stage.bytes() > bytes);
  stage.seek(300);
  const auto there = describe(stage, kMemory);
  CHECK(there.memory_episode->first == 0);
  CHECK(there.memory_episode->columns == 512);
}

TEST_CASE("another memory forgets the old one's strips, and a network without one has none", "[train]") {
  auto stage = staged(tests::small_maze("ntm"), 4);
  CHECK(describe(stage).memory->kind == "ntm");
  stage.adopt(tests::version_of(tests::small_maze("gru"), 2));
  const auto gru = describe(stage);
  CHECK(gru.memory->kind == "gru");
  CHECK(gru.memory_episode->columns == 5);
  CHECK(gru.memory_episode->find(TraceRole::WriteWeights, 0) == nullptr);
  stage.adopt(tests::version_of(tests::small_maze("none"), 3));
  const auto none = describe(stage);
  CHECK_FALSE(none.memory);
  CHECK_FALSE(none.memory_episode);
  CHECK_THROWS_AS(stage.counterfactual_start(), core::UserError);
}

TEST_CASE("moments are recalled as they looked", "[train]") {
  auto stage = staged(tests::small_maze("lstm"), 6);
  stage.seek(2);
  const auto scene = describe(stage).scene;
  stage.seek(6);
  stage.recall({2, 99, -1, 4});
  const auto recalled = describe(stage).recalled;
  REQUIRE(recalled.size() == 2);
  CHECK(recalled[0].index == 2);
  CHECK(recalled[0].step == 2);
  CHECK(recalled[1].index == 4);
  CHECK(recalled[0].scene.shapes.size() == scene->shapes.size());
}

TEST_CASE("beside an untouched course the same course never parts", "[train]") {
  for (const std::string kind : {"ntm", "lstm", "dnc"}) {
    const auto h = tests::small_maze(kind);
    auto stage = staged(h, 3);
    const auto rollout = played(stage, h);
    CHECK(rollout.index == 3);
    CHECK(rollout.diverged_at == -1);
    CHECK(rollout.untouched.ended);
    CHECK(rollout.untouched.actions.size() == 4);
    CHECK(rollout.untouched.actions == rollout.changed.actions);
    CHECK(rollout.untouched.total == rollout.changed.total);
    // It is what the stage itself then does.
    for (const int action : rollout.untouched.actions) {
      stage.forward();
      stage.seek(stage.cursor() - 1);
      CHECK(stage.moment().action == action);
      stage.seek(stage.cursor() + 1);
    }
  }
}

TEST_CASE("what is supposed holds on the way, and an exchange gives another course", "[train]") {
  const auto h = tests::small_maze("gru");
  auto stage = staged(h, 3);
  protocol::MemoryChange change;
  change.exchange = protocol::StateExchange{0, {}};
  stage.intervene({}, change);
  const auto asked = describe(stage);
  REQUIRE(asked.counterfactual);
  const auto rollout = played(stage, h);
  CHECK(std::vector<float>(rollout.changed.values.begin(), rollout.changed.values.begin() + 4) ==
        asked.counterfactual->after);
  CHECK(std::vector<float>(rollout.untouched.values.begin(), rollout.untouched.values.begin() + 4) ==
        asked.counterfactual->before);
  CHECK(rollout.changed.values != rollout.untouched.values);
  change.exchange->index = 77;
  CHECK_THROWS_AS(stage.intervene({}, change), core::UserError);
  stage.intervene({}, {});
  CHECK_FALSE(describe(stage).counterfactual.has_value());
  CHECK(played(stage, h, 2).untouched.actions.size() == 2);
}

TEST_CASE("a state that is swapped in is that of one moment, and of none that comes in its place", "[train]") {
  auto stage = staged(tests::small_maze("ntm"), 6);
  protocol::MemoryChange change;
  change.exchange = protocol::StateExchange{4, {}};
  change.freeze_writes = true;
  stage.intervene({}, change);
  CHECK(describe(stage).basis.memory == change);
  CHECK(describe(stage).counterfactual->basis.memory == change);
  stage.seek(2);
  stage.resume(true);
  for (int i = 0; i < 4; ++i)
    stage.forward();
  REQUIRE(stage.last() == 6);  // moment 4 is another one now
  const auto after = describe(stage);
  CHECK_FALSE(after.basis.memory.exchange);
  CHECK(after.basis.memory.freeze_writes);
  REQUIRE(after.counterfactual);
  CHECK(after.counterfactual->basis.memory == after.basis.memory);
}

TEST_CASE("rollouts carry what they were played with", "[train]") {
  const auto h = tests::small_maze("ntm");
  auto stage = staged(h, 3);
  protocol::MemoryChange change;
  change.freeze_writes = true;
  stage.intervene({}, change);
  stage.seek(1);
  const auto rollout = played(stage, h);
  CHECK(rollout.basis.memory == change);
  CHECK(rollout.basis.step == 1);
  CHECK(rollout.action_names == stage.spec().action_space.names);
  CHECK_FALSE(protocol::outdated(rollout.basis, describe(stage).basis).any());
  stage.seek(2);
  CHECK(protocol::outdated(rollout.basis, describe(stage).basis) == protocol::Outdated{.moment = true});
  stage.seek(1);
  stage.intervene({}, {});
  CHECK(protocol::outdated(rollout.basis, describe(stage).basis) == protocol::Outdated{.intervention = true});
}

TEST_CASE("what another agent remembered is not read by this one", "[train]") {
  const auto h = tests::small_maze("lstm");
  auto stage = staged(h, 4);
  auto version = tests::version_of(h, 2);
  const auto strips = describe(stage).memory_episode;
  CHECK(strips->weights == 1);
  // The same structure and other weights: the network has learned on, and its memory stands.
  stage.adopt(version);
  CHECK(describe(stage).memory_episode == strips);
  CHECK(describe(stage).basis.weights != strips->weights);
  // Another agent.
  version = tests::version_of(h, 3);
  version.network = 9;
  stage.adopt(version);
  const auto after = describe(stage);
  CHECK(after.memory_episode != strips);
  CHECK(after.memory_episode->weights == 3);
  CHECK(after.moment.network != after.basis.network);
  const auto next = [&] {
    stage.forward();
    return describe(stage);
  }();
  CHECK(next.moment.network == next.basis.network);
}

TEST_CASE("nothing of a memory is looked at that nobody wants to see", "[train]") {
  auto stage = staged(tests::small_maze("ntm"), 5);
  const auto bytes = stage.bytes();
  const auto seen = describe(stage, static_cast<protocol::Needs>(protocol::Part::Stage));
  CHECK_FALSE(seen.memory);
  CHECK(stage.bytes() == bytes);
}

TEST_CASE("the stage carries what the critic weighs at the moment under the cursor, with and without a memory",
          "[train]") {
  for (const std::string memory : {"none", "gru"}) {
    INFO(memory);
    auto h = tests::small_maze(memory);
    h.algorithm = "ppo";
    h.critic = "attention";
    h.critic_window = 4;
    auto stage = staged(h, 6);
    const auto now = describe(stage);
    REQUIRE(now.critic);
    CHECK(now.critic->window == 4);
    CHECK(now.critic->weights.size() == 4);
    CHECK(std::abs(now.critic->value() - *now.moment.state_value) < 1e-5F);
    CHECK((now.memory != nullptr) == (memory != "none"));
    stage.seek(1);
    const auto second = describe(stage);
    REQUIRE(second.critic);
    CHECK(second.critic->weights.size() == 2);
    CHECK(std::abs(second.critic->value() - *second.moment.state_value) < 1e-5F);
    // Frames of the past are brought for it.
    stage.recall({0});
    CHECK(describe(stage).recalled.size() == 1);
    if (memory == "none") CHECK_THROWS_AS(stage.counterfactual_start(), core::UserError);
  }
  auto plain = tests::small_maze("gru");
  plain.algorithm = "ppo";
  auto stage = staged(plain, 3);
  CHECK_FALSE(describe(stage).critic);
}

}  // namespace qarium::inspect_episode_viewer_memory_test
