// Inspector: the stage moves by its own clock and commands, whatever learning is doing.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string>
#include <thread>

#include "tests/catch.hpp"
#include "tests/unit/client.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::inspect_inspector_test {

using tests::Client;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

train::TrainerOptions options_for(const config::Hyperparameters& h, bool paused) {
  train::TrainerOptions options;
  options.hyperparameters = h;
  options.device = "cpu";
  options.start_paused = paused;
  return options;
}

void check_refused(Client& client, protocol::Command command, const std::string& why) {
  const auto answer = client.ask(std::move(command));
  INFO(answer.message);
  CHECK_FALSE(answer.accepted);
  CHECK_THAT(answer.message, ContainsSubstring(why));
}

}  // namespace

TEST_CASE("a command given before there is a stage waits for it") {
  Client client(options_for(tests::small_cartpole(), true));
  client.inspector().update_snapshot();
  CHECK(client.inspector().snapshot().playing);
  const auto answer = client.ask(protocol::Halt{});
  INFO(answer.message);
  CHECK(answer.accepted);
  client.session().set_needs(protocol::kEverything);
  const auto& halted = client.when_stage("the stage", [](const auto& s) { return s.scene.has_value(); });
  CHECK_FALSE(halted.playing);
  CHECK(halted.last <= 1);
}

TEST_CASE("the stage does not wait for an update that takes half a second", "[slow]") {
  auto h = tests::small_cartpole();
  h.head.width = 2'048;
  h.encoder.width = 512;
  h.batch_size = 4'096;
  h.buffer_size = 6'000;
  h.exploration_final_eps = 1;
  h.gradient_steps = 100'000;
  Client client(options_for(h, false));
  client.session().set_needs(protocol::kEverything);
  const auto first = client.when_updates(1).updates;
  client.when_stage("the stage", [](const auto& s) { return s.last > 0; });

  const auto start = Clock::now();
  client.inspector().update_snapshot();
  const auto stage_before = client.inspector().snapshot().last;
  std::int64_t commands = 0;
  double slowest = 0;
  while (seconds_since(start) < 3 || client.trainer().snapshot().status.position.updates < first + 2) {
    const auto asked = Clock::now();
    REQUIRE(client.ask(protocol::StageEpsilon{0.1}).accepted);
    slowest = std::max(slowest, seconds_since(asked));
    ++commands;
    std::this_thread::sleep_for(50ms);
    client.trainer().update_snapshot();
    if (seconds_since(start) > 60) break;
  }
  const double elapsed = seconds_since(start);
  client.inspector().update_snapshot();
  const auto updates = client.trainer().snapshot().status.position.updates - first;
  const auto stage_steps = client.inspector().snapshot().last - stage_before;
  const double seconds_per_update = elapsed / static_cast<double>(std::max<std::int64_t>(1, updates));
  std::printf("stage: %.1f steps/s while an update takes %.0f ms; slowest of %lld stage commands %.0f ms\n",
              static_cast<double>(stage_steps) / elapsed, 1e3 * seconds_per_update, static_cast<long long>(commands),
              1e3 * slowest);
  CHECK(updates >= 1);
  CHECK(static_cast<double>(stage_steps) >= 5 * elapsed);
  // Several stage steps within each update: it cannot have waited for one.
  CHECK(static_cast<double>(stage_steps) > 1.5 * static_cast<double>(updates));
}

TEST_CASE("stage commands do what they say while learning is paused") {
  Client client(options_for(tests::small_breakout(), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto& s) { return s.last >= 0; });
  CHECK(client.ask(protocol::Halt{}).accepted);
  client.inspector().update_snapshot();
  CHECK(client.ask(protocol::StageStep{10}).accepted);
  auto last = client.when_stage("halted", [](const auto& s) { return !s.playing && s.last >= 10; }).last;
  CHECK(client.ask(protocol::StageStep{-4}).accepted);
  CHECK(client.when_stage("4 back", [&](const auto& s) { return s.moment.index == last - 4; }).last == last);
  CHECK(client.ask(protocol::Seek{2}).accepted);
  client.when_stage("moment 2", [](const auto& s) { return s.moment.index == 2; });
  CHECK(client.ask(protocol::Act{3}).accepted);
  {
    const auto& s = client.when_stage("what came of it", [](const auto& its) { return its.moment.index == 3; });
    CHECK(s.last == 3);
    CHECK_FALSE(s.playing);
    REQUIRE(s.history.size() == 4);
    CHECK(s.history[2].action == 3);
    CHECK(s.history[2].chosen_by_user);
  }
  CHECK(client.ask(protocol::NewEpisode{}).accepted);
  client.when_stage("a new episode", [](const auto& s) { return s.last == 4 && s.moment.step == 0; });
  CHECK(client.ask(protocol::Speed{4}).accepted);
  CHECK(client.ask(protocol::StageEpsilon{0.5}).accepted);
  CHECK(client.ask(protocol::Seek{1}).accepted);
  CHECK(client.ask(protocol::Resume{}).accepted);
  {
    const auto& s = client.when_stage("playing on", [](const auto& its) { return its.playing && its.last > 3; });
    CHECK(s.speed == 4);
    CHECK(s.epsilon == 0.5);
  }
  CHECK(client.ask(protocol::Halt{}).accepted);
  CHECK(client.ask(protocol::Seek{1}).accepted);
  CHECK(client.ask(protocol::Branch{}).accepted);
  client.when_stage("branched and playing", [](const auto& s) { return s.playing && s.last > 3; });

  check_refused(client, protocol::Act{6}, "action 6");
  check_refused(client, protocol::Act{-1}, "action -1");
  check_refused(client, protocol::Speed{-1}, "speed");
  check_refused(client, protocol::Speed{1e9}, "speed");
  check_refused(client, protocol::StageEpsilon{1.5}, "epsilon");
  client.when("learning where it was", [](const auto& s) { return s.status.position == protocol::Position{}; });
}

TEST_CASE("the stage plays at its speed, and as fast as it can where asked to") {
  Client client(options_for(tests::small_cartpole(), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto& s) { return s.last > 5; });
  const auto steps_at = [&](double speed) {
    client.ask(protocol::Speed{speed});
    client.inspector().update_snapshot();
    const auto before = client.inspector().snapshot().last;
    const auto start = Clock::now();
    std::this_thread::sleep_for(600ms);
    const auto now = client.when_stage("a later moment", [&](const auto& s) { return s.last > before; }).last;
    return static_cast<double>(now - before) / seconds_since(start);
  };
  const double natural = client.inspector().snapshot().natural_rate;
  CHECK(steps_at(0.5) < 0.75 * natural);
  CHECK(steps_at(protocol::kUnlimitedSpeed) > 1.5 * natural);
}

TEST_CASE("the stage follows what is learned, and shows the newest judgement of what it looks at") {
  Client client(options_for(tests::small_cartpole(), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto& s) { return s.last > 2; });
  client.ask(protocol::Seek{0});
  client.step(protocol::Unit::EnvironmentStep, 300);
  const auto position = client.trainer().snapshot().status.position;
  const auto& s = client.when_stage("another judgement", [](const auto& its) { return its.values_now.size() == 2; });
  CHECK(s.moment.parameters.updates < position.updates);
  CHECK(s.moment.action_values.size() == 2);
  client.ask(protocol::Play{});
  client.when_stage("newer parameters", [&](const auto& its) { return its.moment.parameters == position; });
}

TEST_CASE("a stage that nobody looks at stands still") {
  Client client(options_for(tests::small_cartpole(), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto& s) { return s.last > 5; });
  client.session().set_needs(protocol::kNothing);
  std::this_thread::sleep_for(100ms);
  client.inspector().update_snapshot();
  const auto before = client.ask(protocol::StageStep{1});
  client.inspector().update_snapshot();
  const auto published = client.inspector().snapshots_published();
  std::this_thread::sleep_for(300ms);
  CHECK(client.inspector().snapshots_published() <= published + 1);
  CHECK(before.accepted);
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage again", [](const auto& s) { return s.scene.has_value(); });
}

namespace {

config::Hyperparameters small_attention() {
  auto h = config::preset("catch-attention").hyperparameters;
  h.n_timesteps = 1'000'000;
  h.buffer_size = 2'000;
  h.learning_starts = 100;
  h.eval_freq = 0;
  return h;
}

}  // namespace

TEST_CASE("attention is seen, supposed otherwise and examined on the stage, and learning is none the wiser") {
  Client client(options_for(small_attention(), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto&) { return true; });
  CHECK(client.ask(protocol::Halt{}).accepted);
  const auto& seen = client.when_stage("attention", [](const auto& s) { return s.attention.has_value(); });
  CHECK(seen.attention->heads == 2);
  CHECK(seen.attention->weights.size() == 200);
  CHECK_FALSE(seen.counterfactual.has_value());
  CHECK(seen.faithfulness == nullptr);

  CHECK(client.ask(protocol::Intervene{{false, {0}, {}}}).accepted);
  {
    const auto& s = client.when_stage("what if", [](const auto& its) { return its.counterfactual.has_value(); });
    CHECK(s.counterfactual->basis.attention.silenced == std::vector<int>{0});
    CHECK(s.counterfactual->before != s.counterfactual->after);
  }
  check_refused(client, protocol::Intervene{{false, {2}, {}}}, "head 3");
  CHECK(client.ask(protocol::Intervene{}).accepted);
  client.when_stage("as it is", [](const auto& s) { return !s.counterfactual.has_value(); });

  CHECK(client.ask(protocol::TestFaithfulness{2, 4}).accepted);
  const auto faithfulness =
      client.when_stage("the truth", [](const auto& s) { return s.faithfulness && !s.faithfulness->running; })
          .faithfulness;
  CHECK(faithfulness->episodes == 2);
  CHECK(faithfulness->states + faithfulness->skipped == 18);
  CHECK(client.ask(protocol::TestFaithfulness{1'000, 100}).accepted);
  client.when_stage("progress", [](const auto& s) {
    return s.faithfulness && s.faithfulness->running && s.faithfulness->states > 0;
  });
  CHECK(client.ask(protocol::StageStep{3}).accepted);  // nothing stalls
  CHECK(client.ask(protocol::StopFaithfulnessTest{}).accepted);
  client.when_stage("stopped", [](const auto& s) { return s.faithfulness && !s.faithfulness->running; });
  check_refused(client, protocol::TestFaithfulness{-1, 4}, "episodes");
  check_refused(client, protocol::TestFaithfulness{1, 0}, "orders");
  client.when("learning where it was", [](const auto& s) { return s.status.position == protocol::Position{}; });
}

TEST_CASE("attention's curves come while they are wanted, and cost nothing otherwise") {
  Client client(options_for(small_attention(), false));
  client.session().set_needs(static_cast<protocol::Needs>(protocol::Part::Stage));
  client.when_updates(20);
  std::this_thread::sleep_for(300ms);
  CHECK(client.inspector().attention_inspections() == 0);
  client.session().set_needs(protocol::kEverything);
  std::vector<protocol::AttentionPoint> points;
  Client::wait("points", [&] {
    std::vector<protocol::AttentionPoint> some;
    client.inspector().attention_points(some);
    points.insert(points.end(), some.begin(), some.end());
    return points.size() >= 3;
  });
  for (const auto& point : points) {
    CHECK(point.heads == 2);
    CHECK(point.entropy[0] > 0);
    CHECK(point.area > 0.05F);
    CHECK(point.step > 0);
  }
  client.session().set_needs(static_cast<protocol::Needs>(protocol::Part::Stage));
  std::this_thread::sleep_for(300ms);
  const auto looks = client.inspector().attention_inspections();
  std::this_thread::sleep_for(500ms);
  CHECK(client.inspector().attention_inspections() == looks);
}

TEST_CASE("a network without attention says so: nothing to see, nothing to examine") {
  Client client(options_for(tests::small_breakout(), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto& s) { return s.last >= 0 && s.scene.has_value(); });
  CHECK_FALSE(client.inspector().snapshot().attention.has_value());
  check_refused(client, protocol::TestFaithfulness{0, 8}, "no attention");
  check_refused(client, protocol::Intervene{{true, {}, {}}}, "no attention");
  CHECK(client.ask(protocol::Intervene{{false, {}, {3}}}).accepted);
  client.when_stage("painted", [](const auto& s) { return s.counterfactual.has_value(); });
}

TEST_CASE("a run that is opened again has its watched episode, where one looked") {
  const core::TemporaryFolder folder("kept_stage");
  auto options = options_for(tests::small_cartpole(), false);
  options.run = (folder / "run").string();
  const auto must = [](Client& client, protocol::Command command) {
    const auto answer = client.ask(std::move(command));
    INFO(answer.message);
    REQUIRE(answer.accepted);
  };
  const auto at_ten = [](const auto& s) { return s.moment.index == 10 && !s.playing && !s.history.empty(); };
  protocol::StageSnapshot seen;
  {
    Client client(options);
    client.session().set_needs(protocol::kEverything);
    client.when_updates(5);
    const auto paused = client.ask(protocol::Pause{}).position;
    must(client, protocol::Speed{protocol::kUnlimitedSpeed});
    client.when_stage("a past", [](const auto& s) { return s.last >= 40; });
    must(client, protocol::Halt{});
    must(client, protocol::Seek{20});
    must(client, protocol::Act{0});
    must(client, protocol::Seek{10});
    must(client, protocol::Save{});
    seen = client.when_stage("the newest parameters",
                             [&](const auto& s) { return at_ten(s) && s.basis.position == paused; });
    must(client, protocol::KeepStage{options.run});
  }
  options.load = options.run;
  options.start_paused = true;
  Client client(options);
  client.session().set_needs(protocol::kEverything);
  must(client, protocol::OpenStage{options.run});
  const auto& stage = client.when_stage("the moment", at_ten);
  CHECK(stage.last == seen.last);
  CHECK(stage.lane_count == 2);
  CHECK(stage.values_now == seen.values_now);
  REQUIRE(stage.history.size() == seen.history.size());
  for (std::size_t i = 0; i < seen.history.size(); ++i) {
    CHECK(stage.history[i].action == seen.history[i].action);
    CHECK(stage.history[i].action_values == seen.history[i].action_values);
  }
}

TEST_CASE("the trained agent that ships begins paused, where its training ended") {
  Client client(options_for(small_attention(), false));
  client.session().set_needs(protocol::kEverything);
  check_refused(client, protocol::LoadTrained{"acrobot"}, "catch-attention");
  CHECK(client.ask(protocol::LoadTrained{"catch-attention"}).accepted);
  const auto& s =
      client.when("paused", [](const auto& its) { return its.status.activity == protocol::Activity::Paused; });
  CHECK(s.status.position.environment_steps > 1'000);
  CHECK(s.status.best_evaluation.value_or(0) >= 0.9);
}

TEST_CASE("a memory is seen, supposed otherwise and played on beside the untouched course") {
  Client client(options_for(tests::small_maze("ntm"), true));
  client.session().set_needs(protocol::kEverything);
  client.when_stage("the stage", [](const auto&) { return true; });
  CHECK(client.ask(protocol::Halt{}).accepted);
  CHECK(client.ask(protocol::NewEpisode{}).accepted);
  CHECK(client.ask(protocol::StageStep{3}).accepted);
  client.when_stage("memory",
                    [](const auto& s) { return s.memory && s.memory_episode && s.memory_episode->columns == 4; });
  protocol::Intervene intervention;
  intervention.memory.freeze_writes = true;
  intervention.memory.slots = {{1, {}}};
  CHECK(client.ask(intervention).accepted);
  client.when_stage("what if", [](const auto& s) { return s.counterfactual && s.counterfactual->memory; });
  CHECK(client.ask(protocol::PlayCounterfactual{}).accepted);
  const auto rollout =
      client
          .when_stage("both courses",
                      [](const auto& s) { return s.counterfactual_rollout && !s.counterfactual_rollout->running; })
          .counterfactual_rollout;
  CHECK(rollout->basis.memory == intervention.memory);
  CHECK(rollout->untouched.ended);
  CHECK(rollout->changed.ended);
  CHECK(client.ask(protocol::Recall{{0, 1}}).accepted);
  client.when_stage("frames", [](const auto& s) { return s.recalled.size() == 2; });
  intervention.memory.slots = {{99, {}}};
  check_refused(client, intervention, "slot 99");
  check_refused(client, protocol::PlayCounterfactual{0}, "steps");
  client.session().set_needs(static_cast<protocol::Needs>(protocol::Part::Stage));
  client.ask(protocol::StageStep{1});
  std::this_thread::sleep_for(100ms);
  const auto looks = client.inspector().memory_inspections();
  client.ask(protocol::StageStep{-2});
  std::this_thread::sleep_for(100ms);
  CHECK(client.inspector().memory_inspections() == looks);
}

}  // namespace qarium::inspect_inspector_test
