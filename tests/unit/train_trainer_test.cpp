// Trainer: commands take effect at the next tick, each is answered once, and hidden panels cost nothing.
#include <torch/torch.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/train/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_trainer_test {

using protocol::Unit;
using tests::Client;
using tests::options_for;
using namespace std::chrono_literals;

namespace {

/// Updates that take about a tenth of a second each.
config::Hyperparameters slow_cartpole() {
  auto h = tests::small_cartpole();
  h.encoder.width = h.head.width = 1'024;
  h.batch_size = 1'024;
  h.buffer_size = 4'000;
  h.exploration_final_eps = 1;
  h.gradient_steps = 100'000;
  return h;
}

void check_refused(Client& client, protocol::Command command, const std::string& why) {
  const auto answer = client.ask(std::move(command));
  INFO(answer.message);
  CHECK_FALSE(answer.accepted);
  CHECK_THAT(answer.message, ContainsSubstring(why));
}

}  // namespace

TEST_CASE("a pause is obeyed within one tick", "[slow]") {
  Client client(options_for(slow_cartpole(), false));
  std::int64_t wanted = 2;
  for (int round = 0; round < 4; ++round) {
    client.when_updates(wanted);
    std::this_thread::sleep_for(20ms);  // into the middle of a tick
    const auto id = client.send(protocol::Pause{});
    // Every tick is published here: what is known after the sending is at most one tick behind.
    client.trainer().update_snapshot();
    const auto known = client.trainer().snapshot().status.position.updates;
    const auto answer = client.answer(id);
    CHECK(answer.accepted);
    CHECK(answer.position.updates <= known + 1);
    std::this_thread::sleep_for(150ms);
    const auto& paused =
        client.when("the pause", [](const auto& s) { return s.status.activity == protocol::Activity::Paused; });
    CHECK(paused.status.position == answer.position);
    CHECK(client.ask(protocol::Run{}).position == answer.position);
    wanted = answer.position.updates + 2;
  }
}

TEST_CASE("a step advances by exactly what was asked for") {
  Client client(options_for(tests::small_cartpole(), true));
  CHECK(client.when("the start", [](const auto& s) { return s.status.activity == protocol::Activity::Paused; })
            .status.position == protocol::Position{});
  std::int64_t steps = 0;
  for (const std::int64_t n : {1, 7, 150, 1, 60}) {
    steps += n;
    CHECK(client.step(Unit::EnvironmentStep, n).environment_steps == steps);
  }
  auto updates = client.trainer().snapshot().status.position.updates;
  for (const std::int64_t n : {1, 5, 20, 1}) {
    updates += n;
    CHECK(client.step(Unit::Update, n).updates == updates);
  }
  auto episodes = client.trainer().snapshot().status.episodes;
  for (const std::int64_t n : {1, 3, 1}) {
    episodes += n;
    client.step(Unit::Episode, n);
    CHECK(client.trainer().snapshot().status.episodes == episodes);
  }
  const auto still = client.trainer().snapshot().status.position;
  std::this_thread::sleep_for(50ms);
  CHECK(client.ask(protocol::Pause{}).position == still);
}

TEST_CASE("environment steps come in whole batches of environments") {
  auto h = tests::small_cartpole();
  h.n_envs = 4;
  Client client(options_for(h, true));
  CHECK(client.step(Unit::EnvironmentStep, 1).environment_steps == 4);
  CHECK(client.step(Unit::EnvironmentStep, 10).environment_steps == 16);
  CHECK(client.step(Unit::EnvironmentStep, 8).environment_steps == 24);
  CHECK(client.trainer().snapshot().status.n_envs == 4);
  const auto updates = client.step(Unit::Update, 3).updates;
  CHECK(updates == 3);
  const auto before = client.trainer().snapshot().status.episodes;
  client.step(Unit::Episode, 2);
  const auto ended = client.trainer().snapshot().status.episodes - before;
  CHECK((ended >= 2 && ended <= 5));
}

TEST_CASE("a step can be called off") {
  Client client(options_for(tests::small_cartpole(), true));
  client.ask(protocol::Step{Unit::EnvironmentStep, 1'000'000'000});
  client.when_steps(300);
  const auto answer = client.ask(protocol::Pause{});
  client.ask(protocol::Run{});
  client.when_steps(answer.position.environment_steps + 300);
  client.ask(protocol::Pause{});
  const auto position = client.step(Unit::EnvironmentStep, 3);
  const auto again = client.step(Unit::EnvironmentStep, 3);
  CHECK(again.environment_steps == position.environment_steps + 3);
}

TEST_CASE("what cannot be done is refused with its reason and changes nothing") {
  auto h = tests::small_cartpole();
  h.n_timesteps = 400;
  Client client(options_for(h, true));
  client.step(Unit::EnvironmentStep, 150);
  const auto position = client.trainer().snapshot().status.position;
  check_refused(client, protocol::Step{Unit::Update, 0}, "1 or more");
  check_refused(client, protocol::Set{"learning_rat", 0.1}, "did you mean 'learning_rate'");
  check_refused(client, protocol::Set{"gamma", 2.0}, "between 0 and 1");
  check_refused(client, protocol::Set{"encoder.kind", std::string("grid_conv")}, "encoder.kind");
  check_refused(client, protocol::Set{"batch_size", std::int64_t{4'000}}, "buffer_size");
  check_refused(client, protocol::Reset{-1}, "seed");
  check_refused(client, protocol::Save{}, "run directory");
  check_refused(client, protocol::Load{"no such run"}, "no such run");
  auto impossible = h;
  impossible.encoder.kind = "nature_conv";
  check_refused(client, protocol::Configure{impossible}, "84, 84");
  const auto answer = client.ask(protocol::Pause{});
  CHECK(answer.position == position);
  const auto& snapshot = client.when("an answer", [](const auto&) { return true; });
  CHECK(snapshot.hyperparameters == h);
  CHECK(snapshot.status.error.empty());

  CHECK(client.ask(protocol::Run{}).accepted);
  client.when("the end", [](const auto& s) { return s.status.activity == protocol::Activity::Finished; });
  check_refused(client, protocol::Run{}, "n_timesteps");
  check_refused(client, protocol::Step{Unit::Episode, 1}, "n_timesteps");
  CHECK(client.ask(protocol::Set{"n_timesteps", std::int64_t{500}}).accepted);
  CHECK(client.ask(protocol::Run{}).accepted);
  CHECK(client.when_steps(500).environment_steps == 500);
}

TEST_CASE("a thousand commands at once are answered once each, in order") {
  constexpr int kCommands = 1'000;
  Client client(options_for(tests::small_cartpole(), false));
  Client::wait("the stage", [&] { return client.inspector().snapshots_published() > 0; });
  std::set<std::uint64_t> to_trainer;
  std::set<std::uint64_t> sent;
  double last_rate = 0;
  for (int i = 0; i < kCommands; ++i) {
    protocol::Command command = protocol::Pause{};
    if (i % 7 == 1) command = protocol::Run{};
    if (i % 7 == 2) command = protocol::Set{"learning_rate", last_rate = 1e-5 * (i + 1)};
    if (i % 7 == 3) command = protocol::StageStep{1};
    if (i % 7 == 4) command = protocol::Step{Unit::EnvironmentStep, 2};
    if (i % 7 == 5) command = protocol::Set{"gamma", 2.0};
    if (i % 7 == 6) command = protocol::Act{99};
    const bool stage = std::holds_alternative<protocol::StageCommand>(command);
    const auto id = client.send(std::move(command));
    sent.insert(id);
    if (!stage) to_trainer.insert(id);
  }
  CHECK(*sent.begin() == 1);
  CHECK(*sent.rbegin() == kCommands);
  Client::wait("all answers", [&] { return client.collect().size() == kCommands; });
  std::vector<std::uint64_t> trainer_order;
  std::vector<std::uint64_t> stage_order;
  for (const auto id : client.order())
    (to_trainer.count(id) > 0 ? trainer_order : stage_order).push_back(id);
  CHECK(trainer_order.size() == to_trainer.size());
  CHECK(std::is_sorted(trainer_order.begin(), trainer_order.end()));
  CHECK(std::is_sorted(stage_order.begin(), stage_order.end()));
  for (const auto& [id, answer] : client.collect()) {
    REQUIRE(answer.accepted == ((id - 1) % 7 != 5 && (id - 1) % 7 != 6));
    REQUIRE_FALSE(answer.message.empty());
    REQUIRE(std::holds_alternative<protocol::StageCommand>(answer.command) == (to_trainer.count(id) == 0));
  }
  client.when("the last rate", [&](const auto& s) { return s.hyperparameters.learning_rate == last_rate; });
}

TEST_CASE("hidden panels copy nothing") {
  Client client(options_for(tests::small_cartpole(), false));
  client.session().set_needs(protocol::kEverything);
  client.when("a full snapshot", [](const auto& s) { return s.replay && s.network && s.replay->batch_size > 0; });
  client.when_stage("the stage", [](const auto& s) { return s.scene && s.last > 2; });
  auto published = client.trainer().snapshots_published();
  const auto copied = client.trainer().parts_copied();
  Client::wait("more snapshots", [&] { return client.trainer().snapshots_published() > published + 30; });
  CHECK(client.trainer().parts_copied() > copied);

  client.session().set_needs(protocol::kNothing);
  published = client.trainer().snapshots_published();
  Client::wait("the change", [&] { return client.trainer().snapshots_published() > published + 2; });
  std::this_thread::sleep_for(150ms);  // the inspector's last look
  const auto parts = client.trainer().parts_copied();
  const auto parameters = client.trainer().parameters().copies();
  const auto looks = client.inspector().snapshots_published();
  published = client.trainer().snapshots_published();
  Client::wait("more snapshots", [&] { return client.trainer().snapshots_published() > published + 30; });
  CHECK(client.trainer().parts_copied() == parts);
  CHECK(client.trainer().parameters().copies() == parameters);
  CHECK(client.inspector().snapshots_published() == looks);
  client.when("a bare snapshot", [](const auto& s) { return !s.replay && !s.network; });

  client.session().set_needs(static_cast<protocol::Needs>(protocol::Part::Network));
  client.when("the network alone", [](const auto& s) { return s.network && !s.replay; });
}

TEST_CASE("the snapshot tells where learning stands") {
  auto h = tests::small_cartpole();
  h.eval_freq = 400;
  h.n_eval_episodes = 2;
  Client client(options_for(h, true));
  client.session().set_needs(protocol::kEverything);
  client.step(Unit::EnvironmentStep, 50);
  client.ask(protocol::Step{Unit::EnvironmentStep, 1'000'000});
  client.when("learning", [](const auto& s) { return s.status.activity == protocol::Activity::Learning; });
  client.when_steps(1'500);
  client.ask(protocol::Pause{});
  const auto& s = client.when("the pause", [](const auto& its) {
    return its.status.activity == protocol::Activity::Paused && its.status.position.environment_steps >= 1'500;
  });
  CHECK(s.status.episodes > 5);
  CHECK(s.status.mean_return_100 > 5);
  CHECK(s.status.best_evaluation.value_or(0) >= s.status.last_evaluation.value_or(1e9));
  CHECK(s.status.replay_capacity == 1'000);
  CHECK(s.status.device == "CPU, 1 thread");
  CHECK(s.status.epsilon == Approx(0.05));
  CHECK(s.status.run.empty());
  CHECK((s.action_names == std::vector<std::string>{"left", "right"}));
  REQUIRE(s.network);
  CHECK(s.network->parameters == 4 * 24 + 24 + 24 * 20 + 20 + 20 * 2 + 2);
  REQUIRE(s.replay);
  CHECK(s.replay->size == s.status.replay_size);
  CHECK(s.replay->batch_size == 16);
  CHECK_FALSE(s.replay->batch.empty());
  for (const auto& sample : s.replay->batch) {
    CHECK_FALSE(sample.before.shapes.empty());
    CHECK(sample.td_error == Approx(sample.target - sample.q).margin(1e-6));
    CHECK(sample.age > 0);
  }
  std::vector<protocol::MetricPoint> points;
  std::vector<protocol::EpisodeRecord> episodes;
  client.trainer().history().drain(points, episodes);
  CHECK(static_cast<std::int64_t>(episodes.size()) == s.status.episodes);
  REQUIRE(s.metrics != nullptr);
  for (const std::string name : {"loss", "episode_return", "evaluation_return"}) {
    CHECK(std::any_of(points.begin(), points.end(),
                      [&](const auto& point) { return s.metrics->at(point.metric).name == name; }));
  }
}

}  // namespace qarium::train_trainer_test
