// The journal: a session that was played with can be run again, to the same parameters bit for bit.
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/journal.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client.hpp"
#include "tests/unit/learning.hpp"

using namespace qarium;
using tests::Client;
using train::Journal;

namespace {

train::TrainerOptions options_in(const tests::TemporaryFolder& folder, const core::Hyperparameters& h) {
  train::TrainerOptions options;
  options.hyperparameters = h;
  options.device = "cpu";
  options.run = (folder / "run").string();
  return options;
}

Journal journal_of(const tests::TemporaryFolder& folder) {
  return train::read_journal(folder / "run" / "journal.jsonl");
}

void check_replay(const tests::TemporaryFolder& folder) {
  const auto journal = journal_of(folder);
  REQUIRE_FALSE(journal.digest.empty());
  const auto replayed = train::replay(journal);
  CHECK(replayed.mismatches.empty());
  CHECK(replayed.digest == journal.digest);
  const auto checkpoint = train::read_safetensors(folder / "run" / "checkpoints" / "last.safetensors");
  CHECK(checkpoint.metadata.at("environment_steps") == std::to_string(replayed.position.environment_steps));
  CHECK(checkpoint.metadata.at("updates") == std::to_string(replayed.position.updates));
}

}  // namespace

TEST_CASE("a session that is paused, stepped, changed, resumed and reset replays to the same parameters") {
  const tests::TemporaryFolder folder("journal");
  Client client(options_in(folder, tests::small_cartpole()));
  client.session().set_needs(core::kEverything);
  client.when_steps(300);
  CHECK(client.ask(core::Pause{}).accepted);
  client.step(core::Unit::EnvironmentStep, 10);
  CHECK(client.ask(core::Set{"learning_rate", 0.01}).accepted);
  CHECK(client.ask(core::Run{}).accepted);
  client.when_steps(client.trainer().snapshot().status.position.environment_steps + 200);
  CHECK(client.ask(core::Set{"head.width", std::int64_t{31}}).accepted);
  CHECK_FALSE(client.ask(core::Set{"encoder.kind", std::string("grid_conv")}).accepted);
  CHECK(client.ask(core::Set{"head.dueling", true}).accepted);
  CHECK(client.ask(core::Reset{7}).accepted);
  client.when("steps after the reset",
              [](const auto& s) { return s.hyperparameters.seed == 7 && s.status.position.environment_steps > 400; });
  client.close();

  const auto journal = journal_of(folder);
  CHECK(journal.entries.size() == 7);
  check_replay(folder);
}

TEST_CASE("a session whose changes rebuild, refuse and reconfigure replays to the same parameters") {
  const tests::TemporaryFolder folder("journal");
  auto h = tests::small_breakout();
  h.optimizer_eps = 1e-2;
  h.eval_freq = 150;
  h.n_eval_episodes = 2;
  auto options = options_in(folder, h);
  options.start_paused = true;
  Client client(options);
  client.step(core::Unit::EnvironmentStep, 200);
  const std::vector<std::pair<core::Set, bool>> changes = {
      {{"encoder.kind", std::string("nature_conv")}, false},
      {{"head.width", std::int64_t{24}}, true},
      {{"head.width", std::int64_t{100'000}}, false},
      {{"environment.sticky_action_prob", 0.3}, true},
      {{"buffer_size", std::int64_t{1'500}}, true},
      {{"n_step", std::int64_t{2}}, true},
      {{"optimizer", std::string("rmsprop_centered")}, true},
      {{"optimizer", std::string("sgd")}, false},
      {{"n_envs", std::int64_t{2}}, true},
      {{"threads", std::int64_t{2}}, true},
      {{"exploration_schedule", std::string("exponential")}, true},
  };
  for (const auto& [change, accepted] : changes) {
    INFO(change.name);
    CHECK(client.ask(change).accepted == accepted);
    client.step(core::Unit::EnvironmentStep, 30);
  }
  client.step(core::Unit::Update, 100);
  client.step(core::Unit::Episode, 2);
  client.close();
  check_replay(folder);
}

TEST_CASE("a session in which learning failed and went on replays to the same parameters") {
  const tests::TemporaryFolder folder("journal");
  auto h = tests::small_cartpole();
  h.loss = "mse";
  h.learning_rate = 1;
  h.max_grad_norm = 1e6;
  h.optimizer = "rmsprop";
  h.rmsprop_alpha = 0.99;
  h.encoder.layers = h.head.layers = 8;
  h.encoder.width = h.head.width = 256;
  Client client(options_in(folder, h));
  client.when("a failure", [](const auto& s) { return s.status.activity == core::Activity::Failed; });
  CHECK(client.ask(core::Set{"optimizer", std::string("adam")}).accepted);
  CHECK(client.ask(core::Set{"encoder.width", std::int64_t{8}}).accepted);
  CHECK(client.ask(core::Set{"head.width", std::int64_t{8}}).accepted);
  CHECK(client.ask(core::Set{"learning_rate", 1e-4}).accepted);
  const auto failed_at = client.trainer().snapshot().status.position.updates;
  CHECK(client.ask(core::Run{}).accepted);
  client.when_updates(failed_at + 20);
  client.close();
  check_replay(folder);
}

TEST_CASE("the same session with every panel shown and with all hidden ends in the same parameters") {
  for (const auto& h : {tests::small_cartpole(), tests::small_breakout()}) {
    INFO(h.environment.id);
    const auto play = [&](const std::function<void(Client&, int)>& look) {
      const tests::TemporaryFolder folder("journal");
      auto options = options_in(folder, h);
      options.start_paused = true;
      Client client(options);
      look(client, 0);
      client.step(core::Unit::EnvironmentStep, 250);
      look(client, 1);
      client.ask(core::Set{"learning_rate", 5e-3});
      client.step(core::Unit::Update, 40);
      look(client, 2);
      client.ask(core::Set{"head.width", std::int64_t{28}});
      client.step(core::Unit::Episode, 3);
      look(client, 3);
      client.step(core::Unit::EnvironmentStep, 120);
      client.close();
      const auto journal = journal_of(folder);
      return journal.digest + " at tick " + std::to_string(journal.end_tick);
    };
    const auto hidden = play([](Client& client, int) {
      client.session().set_needs(core::kNothing);
      CHECK(client.trainer().parts_copied() == 0);
    });
    const auto shown = play([](Client& client, int moment) {
      client.session().set_needs(core::kEverything);
      client.send(core::Speed{core::kUnlimitedSpeed});
      client.when_stage("the stage", [&](const auto& s) { return s.scene && s.last > 20 * moment; });
      CHECK(client.trainer().parts_copied() > 0);
      client.ask(core::Act{0});
      client.ask(core::Branch{});
    });
    const auto flickering = play([](Client& client, int moment) {
      client.session().set_needs(moment % 2 == 0 ? core::kEverything : core::kNothing);
    });
    CHECK(shown == hidden);
    CHECK(flickering == hidden);
  }
}

TEST_CASE("replaying names what is different from then") {
  const tests::TemporaryFolder folder("journal");
  auto options = options_in(folder, tests::small_cartpole());
  options.start_paused = true;
  {
    Client client(options);
    client.step(core::Unit::EnvironmentStep, 150);
  }
  auto journal = journal_of(folder);
  journal.circumstances.libtorch = "0.4";
  journal.circumstances.instruction_set = "abacus";
  const auto replayed = train::replay(journal);
  REQUIRE(replayed.mismatches.size() == 2);
  CHECK_THAT(replayed.mismatches[0], ContainsSubstring("LibTorch was 0.4"));
  CHECK_THAT(replayed.mismatches[1], ContainsSubstring("abacus"));
  journal.hyperparameters.seed = 2;
  CHECK(train::replay(journal).digest != journal.digest);
}

TEST_CASE("a run that was continued from a checkpoint says that it cannot be replayed") {
  const tests::TemporaryFolder folder("journal");
  auto options = options_in(folder, tests::small_cartpole());
  options.start_paused = true;
  {
    Client client(options);
    client.step(core::Unit::EnvironmentStep, 150);
  }
  options.load = options.run;
  {
    Client client(options);
    CHECK(client.when_steps(150).environment_steps == 150);
    client.step(core::Unit::EnvironmentStep, 150);
  }
  const auto journal = journal_of(folder);
  CHECK_THROWS_AS(train::replay(journal), core::UserError);
  CHECK_THROWS_WITH(train::replay(journal), ContainsSubstring("checkpoint"));
}

TEST_CASE("every command survives the journal") {
  const tests::TemporaryFolder folder("journal");
  auto h = tests::small_breakout();
  h.learning_rate = 0.1 + 0.2;
  const std::vector<core::TrainerCommand> commands = {
      core::Run{},
      core::Pause{},
      core::Step{core::Unit::Episode, 12},
      core::Step{core::Unit::Update, 3},
      core::Reset{4'294'967'295},
      core::Configure{h},
      core::Set{"learning_rate", 1e-5},
      core::Set{"gamma", std::int64_t{1}},
      core::Set{"double_q", true},
      core::Set{"optimizer", std::string("adam")},
      core::Save{},
      core::Load{"some/run", "best"},
  };
  auto text = train::journal_header({"build", "torch", "avx", "CPU, 1 thread", 1}, h);
  std::int64_t tick = 0;
  for (const auto& command : commands)
    text += train::journal_line({++tick, {10 * tick, 3 * tick}, command});
  text += train::journal_end(99, {990, 297}, "0123456789abcdef");
  tests::write_text(folder / "journal.jsonl", text);
  const auto journal = train::read_journal(folder / "journal.jsonl");
  CHECK(journal.hyperparameters == h);
  CHECK(journal.circumstances.device == "CPU, 1 thread");
  CHECK(journal.end_tick == 99);
  CHECK(journal.digest == "0123456789abcdef");
  REQUIRE(journal.entries.size() == commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& entry = journal.entries[i];
    CHECK(entry.tick == static_cast<std::int64_t>(i) + 1);
    CHECK(entry.position == core::Position{10 * entry.tick, 3 * entry.tick});
    REQUIRE(entry.command.index() == commands[i].index());
    // What was read writes the same line again.
    CHECK(train::journal_line(entry) == train::journal_line({entry.tick, entry.position, commands[i]}));
  }
}

TEST_CASE("a damaged journal is refused with its line") {
  const tests::TemporaryFolder folder("journal");
  const auto file = folder / "journal.jsonl";
  CHECK_THROWS_WITH(train::read_journal(file), ContainsSubstring(file.string()));
  const auto header = train::journal_header({"build", "torch", "avx", "CPU, 1 thread", 1}, {});
  const auto line = train::journal_line({1, {1, 0}, core::Pause{}});
  const auto refused = [&](const std::string& text, const std::string& where) {
    tests::write_text(file, text);
    CHECK_THROWS_AS(train::read_journal(file), core::UserError);
    CHECK_THROWS_WITH(train::read_journal(file), ContainsSubstring(file.string()) && ContainsSubstring(where));
  };
  refused("", "empty");
  refused(line, "line 1");
  refused(header + line + "{\"do\": \"dance\", \"tick\": 2}\n", "line 3");
  refused(header + line + line.substr(0, 10), "line 3");
  refused(
      header + "{\"do\":\"set\",\"name\":\"gama\",\"value\":\"1\",\"tick\":1,\"environment_steps\":1,\"updates\":0}\n",
      "gamma");
  refused("garbage\n", "line 1");
  // A run that was cut off between two lines is whole up to there.
  tests::write_text(file, header + line);
  CHECK(train::read_journal(file).digest.empty());
  CHECK(train::read_journal(file).end_tick == 1);
}
