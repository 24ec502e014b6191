// What a session leaves behind when it ends, fails, or cannot begin.
#include <torch/torch.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>
#include <thread>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/run/run_directory.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/replay.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_closing_test {

using protocol::Unit;
using tests::Client;
using namespace std::chrono_literals;

namespace {

train::TrainerOptions options_in(const std::filesystem::path& run, const config::Hyperparameters& h) {
  train::TrainerOptions options;
  options.hyperparameters = h;
  options.device = "cpu";
  options.run = run.string();
  return options;
}

/// A run of so many environment steps, closed.
void leave_run(const std::filesystem::path& run, const config::Hyperparameters& h, std::int64_t steps) {
  auto options = options_in(run, h);
  options.start_paused = true;
  Client client(options);
  if (steps > 0) client.step(Unit::EnvironmentStep, steps);
}

/// Learning that leaves the numbers after a few updates.
config::Hyperparameters diverging() {
  auto h = tests::small_cartpole();
  h.loss = "mse";
  h.learning_rate = 1;
  h.max_grad_norm = 1e6;
  h.optimizer = "rmsprop";
  h.rmsprop_alpha = 0.99;
  h.encoder.layers = h.head.layers = 8;
  h.encoder.width = h.head.width = 256;
  return h;
}

train::TrainLoop load(const std::filesystem::path& run) {
  const auto file = run::RunDirectory::checkpoint_path(run, "last");
  const auto checkpoint = run::read_safetensors(file);
  train::TrainLoop loop(train::checkpoint_hyperparameters(checkpoint, file.string()), "cpu", nullptr);
  train::load_checkpoint(checkpoint, file.string(), loop);
  return loop;
}

}  // namespace

TEST_CASE("closing during training leaves a run that can be loaded and gone on with") {
  const core::TemporaryFolder folder("closing");
  auto options = options_in(folder / "run", tests::small_cartpole());
  std::int64_t reached = 0;
  {
    Client client(options);
    client.session().set_needs(protocol::kEverything);
    reached = client.when_steps(500).environment_steps;
  }
  auto loop = load(folder / "run");
  CHECK(loop.position().environment_steps >= reached);
  CHECK(loop.position().updates > 0);
  const auto digest = train::parameter_digest(tests::dqn_of(loop).dqn().online());
  CHECK(run::read_journal(folder / "run" / "journal.jsonl").digest == digest);
  CHECK(config::read_toml(folder / "run" / "config.toml").hyperparameters == tests::small_cartpole());
  std::istringstream monitor(tests::read_text(folder / "run" / "monitor.csv"));
  std::int64_t lines = 0;
  for (std::string line; std::getline(monitor, line);)
    ++lines;
  CHECK(lines == loop.episodes() + 2);

  options.load = options.run;
  options.start_paused = true;
  Client client(options);
  const auto& snapshot = client.when("the loaded run", [](const auto&) { return true; });
  CHECK(snapshot.status.position == loop.position());
  CHECK(snapshot.status.episodes == loop.episodes());
  CHECK(client.step(Unit::EnvironmentStep, 200).environment_steps == loop.position().environment_steps + 200);
}

TEST_CASE("saving writes the checkpoint of that moment") {
  const core::TemporaryFolder folder("closing");
  auto options = options_in(folder / "run", tests::small_cartpole());
  options.start_paused = true;
  Client client(options);
  client.step(Unit::EnvironmentStep, 321);
  const auto answer = client.ask(protocol::Save{});
  CHECK(answer.accepted);
  CHECK_THAT(answer.message, ContainsSubstring(options.run));
  const auto file = run::RunDirectory::checkpoint_path(options.run, "last");
  Client::wait("the checkpoint", [&] { return run::read_safetensors(file).count("environment_steps") == 321; });
  CHECK(load(options.run).position().environment_steps == 321);
}

TEST_CASE("a saved run can be loaded by command") {
  const core::TemporaryFolder folder("closing");
  leave_run(folder / "run", tests::small_cartpole(), 200);
  auto options = options_in({}, tests::small_breakout());
  Client client(options);
  client.when_steps(10);
  const auto answer = client.ask(protocol::Load{(folder / "run").string(), "last"});
  CHECK(answer.accepted);
  CHECK(answer.position.environment_steps == 200);
  client.when("CartPole", [](const auto& s) {
    return s.hyperparameters == tests::small_cartpole() && s.status.position.environment_steps > 300;
  });

  const auto file = run::RunDirectory::checkpoint_path(folder / "run", "last");
  const auto whole = tests::read_text(file);
  tests::write_text(file, whole.substr(0, whole.size() / 2));
  client.ask(protocol::Pause{});
  const auto refusal = client.ask(protocol::Load{(folder / "run").string(), "last"});
  CHECK_FALSE(refusal.accepted);
  CHECK_THAT(refusal.message, ContainsSubstring(file.string()));
  CHECK(refusal.position.environment_steps > 300);
}

TEST_CASE("another run is opened in its own folder, and the present one is left in order") {
  const core::TemporaryFolder folder("closing");
  leave_run(folder / "first", tests::small_cartpole(), 300);
  const auto first = load(folder / "first").position();
  auto options = options_in(folder / "second", tests::small_breakout());
  options.start_paused = true;
  Client client(options);
  client.step(Unit::EnvironmentStep, 50);
  CHECK_FALSE(client.ask(protocol::OpenRun{(folder / "nowhere").string()}).accepted);
  CHECK(client.step(Unit::EnvironmentStep, 10).environment_steps == 60);

  const auto answer = client.ask(protocol::OpenRun{(folder / "first").string(), false});
  INFO(answer.message);
  REQUIRE(answer.accepted);
  CHECK_THAT(answer.message, ContainsSubstring("first") && ContainsSubstring("300"));
  CHECK(answer.position == first);
  const auto& status =
      client.when("CartPole", [](const auto& s) { return s.hyperparameters.environment.id == "CartPole-v1"; }).status;
  CHECK(status.activity == protocol::Activity::Paused);
  CHECK(status.run == (folder / "first").string());
  CHECK(client.step(Unit::EnvironmentStep, 100).environment_steps == 400);
  client.close();

  CHECK(load(folder / "second").position().environment_steps == 60);
  CHECK_FALSE(run::read_journal(folder / "second" / "journal.jsonl").digest.empty());
  CHECK(load(folder / "first").position().environment_steps == 400);
  const auto journal = run::read_journal(folder / "first" / "journal.jsonl");
  CHECK(train::replay(journal).digest == journal.digest);
}

TEST_CASE("a run goes back to its own last checkpoint") {
  const core::TemporaryFolder folder("closing");
  auto options = options_in(folder / "run", tests::small_cartpole());
  options.start_paused = true;
  Client client(options);
  client.step(Unit::EnvironmentStep, 300);
  REQUIRE(client.ask(protocol::Save{}).accepted);
  client.step(Unit::EnvironmentStep, 500);
  const auto answer = client.ask(protocol::OpenRun{options.run, false});
  INFO(answer.message);
  REQUIRE(answer.accepted);
  CHECK(answer.position.environment_steps == 300);
  client.step(Unit::EnvironmentStep, 200);
  client.close();
  // As if the 500 steps had never been.
  leave_run(folder / "straight", tests::small_cartpole(), 500);
  const auto journal = run::read_journal(folder / "run" / "journal.jsonl");
  const auto expected = run::read_journal(folder / "straight" / "journal.jsonl");
  CHECK(journal.digest == expected.digest);
  CHECK(journal.end_tick == expected.end_tick);
}

TEST_CASE("speed after loading counts the steps since then alone") {
  const core::TemporaryFolder folder("closing");
  auto h = tests::small_cartpole();
  h.learning_starts = 100'000;  // steps alone are quick
  h.n_timesteps = 1'000'000;
  auto options = options_in(folder / "run", h);
  options.start_paused = true;
  leave_run(options.run, h, 20'000);
  options.load = options.run;
  Client client(options);
  client.when("the loaded run", [](const auto& s) { return s.status.position.environment_steps >= 20'000; });
  client.send(protocol::Run{});
  std::vector<protocol::MetricPoint> points;
  std::vector<protocol::EpisodeRecord> episodes;
  std::optional<float> speed;
  Client::wait("a speed", [&] {
    client.trainer().update_snapshot();
    client.trainer().history().drain(points, episodes);
    const auto& metrics = *client.trainer().snapshot().metrics;
    for (const auto& point : points) {
      if (metrics[point.metric].name == "steps_per_second") speed = point.mean;
    }
    return speed.has_value();
  });
  const auto since = client.ask(protocol::Pause{}).position.environment_steps - 20'000;
  // Over at least half a second.
  CHECK(*speed <= 2.0 * static_cast<double>(since) + 1);
}

TEST_CASE("the newest run that has a row is the last run") {
  const core::TemporaryFolder folder("closing");
  CHECK(run::newest_run(folder / "nowhere").empty());
  for (const char* name : {"a", "b", "empty"}) {
    auto h = tests::small_cartpole();
    h.eval_freq = 100;
    leave_run(folder / name, h, std::string(name) == "empty" ? 0 : 150);
  }
  CHECK(run::newest_run(folder.path()) == folder / "b");
}

TEST_CASE("a failure in learning pauses it, says so, and keeps the parameters") {
  const core::TemporaryFolder folder("closing");
  Client client(options_in(folder / "run", diverging()));
  const auto& failed =
      client.when("a failure", [](const auto& s) { return s.status.activity == protocol::Activity::Failed; });
  CHECK_THAT(failed.status.error,
             ContainsSubstring("has diverged") && ContainsSubstring("the block") && ContainsSubstring("learning_rate"));
  const auto position = failed.status.position;
  CHECK(position.updates > 0);
  std::this_thread::sleep_for(50ms);
  const auto answer = client.ask(protocol::Save{});
  CHECK(answer.accepted);
  CHECK(answer.position == position);

  CHECK(client.ask(protocol::Set{"learning_rate", 1e-4}).accepted);
  CHECK(client.ask(protocol::Reset{3}).accepted);
  client.when("the reset", [](const auto& s) {
    return s.status.activity == protocol::Activity::Paused && s.status.error.empty() &&
           s.status.position == protocol::Position{};
  });
  CHECK(client.ask(protocol::Run{}).accepted);
  client.when_updates(10);
}

TEST_CASE("a run that failed closes with finite parameters") {
  const core::TemporaryFolder folder("closing");
  protocol::Position position;
  {
    Client client(options_in(folder / "run", diverging()));
    position = client.when("a failure", [](const auto& s) { return s.status.activity == protocol::Activity::Failed; })
                   .status.position;
  }
  auto loop = load(folder / "run");
  CHECK(loop.position() == position);
  CHECK(tests::dqn_of(loop).dqn().online().parameters().values().isfinite().all().item<bool>());
}

TEST_CASE("a session that cannot begin says why and leaves nothing behind") {
  const core::TemporaryFolder folder("closing");
  auto options = options_in(folder / "run", tests::small_cartpole());
  const auto refused = [&](const std::string& why) {
    CHECK_THROWS_AS(Client(options), core::UserError);
    CHECK_THROWS_WITH(Client(options), ContainsSubstring(why));
    CHECK_FALSE(std::filesystem::exists(folder / "run"));
  };
  options.device = "gpu";
  refused("'gpu'");
  options.device = "cpu";
  options.hyperparameters.encoder.kind = "nature_conv";
  refused("nature_conv");
  options.hyperparameters = tests::small_cartpole();
  options.load = (folder / "missing").string();
  refused("missing");
  std::filesystem::create_directories(folder / "broken" / "checkpoints");
  tests::write_text(folder / "broken" / "checkpoints" / "last.safetensors", "garbage");
  options.load = (folder / "broken").string();
  refused("broken");
  tests::write_text(folder / "file", "");
  options.load.clear();
  options.run = (folder / "file" / "run").string();
  refused("file");
}

TEST_CASE("what the writer could not write is told in the status, while paused too") {
  const core::TemporaryFolder folder("closing");
  auto options = options_in(folder / "run", tests::small_cartpole());
  options.start_paused = true;
  Client client(options);
  client.step(Unit::EnvironmentStep, 10);
  std::filesystem::remove_all(folder / "run" / "checkpoints");
  tests::write_text(folder / "run" / "checkpoints", "in the way");
  client.ask(protocol::Save{});
  const auto& snapshot = client.when("the error", [](const auto& s) { return !s.status.error.empty(); });
  CHECK_THAT(snapshot.status.error, ContainsSubstring("/run/checkpoints/"));
  // Learning is not held up by it.
  CHECK(client.ask(protocol::Run{}).accepted);
  client.when_steps(300);
}

}  // namespace qarium::train_closing_test
