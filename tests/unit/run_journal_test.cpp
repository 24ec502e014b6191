// The journal: a session that was played with can be run again, to the same parameters bit for bit.
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/replay.hpp"
#include "tests/catch.hpp"
#include "tests/unit/client.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::run_journal_test {

using run::Journal;
using tests::Client;

namespace {

train::TrainerOptions options_in(const core::TemporaryFolder& folder, const config::Hyperparameters& h) {
  train::TrainerOptions options;
  options.hyperparameters = h;
  options.device = "cpu";
  options.run = (folder / "run").string();
  return options;
}

Journal journal_of(const core::TemporaryFolder& folder) {
  return run::read_journal(folder / "run" / "journal.jsonl");
}

void check_replay(const core::TemporaryFolder& folder) {
  const auto journal = journal_of(folder);
  REQUIRE_FALSE(journal.digest.empty());
  const auto replayed = train::replay(journal);
  CHECK(replayed.mismatches.empty());
  CHECK(replayed.digest == journal.digest);
  const auto checkpoint = run::read_safetensors(folder / "run" / "checkpoints" / "last.safetensors");
  CHECK(checkpoint.metadata.at("environment_steps") == std::to_string(replayed.position.environment_steps));
  CHECK(checkpoint.metadata.at("updates") == std::to_string(replayed.position.updates));
}

}  // namespace

TEST_CASE("a session that is paused, stepped, changed, resumed and reset replays to the same parameters") {
  const core::TemporaryFolder folder("journal");
  Client client(options_in(folder, tests::small_cartpole()));
  client.session().set_needs(protocol::kEverything);
  client.when_steps(300);
  CHECK(client.ask(protocol::Pause{}).accepted);
  client.step(protocol::Unit::EnvironmentStep, 10);
  CHECK(client.ask(protocol::Set{"learning_rate", 0.01}).accepted);
  CHECK(client.ask(protocol::Run{}).accepted);
  client.when_steps(client.trainer().snapshot().status.position.environment_steps + 200);
  CHECK(client.ask(protocol::Set{"head.width", std::int64_t{31}}).accepted);
  CHECK_FALSE(client.ask(protocol::Set{"encoder.kind", std::string("grid_conv")}).accepted);
  CHECK(client.ask(protocol::Set{"head.dueling", true}).accepted);
  CHECK(client.ask(protocol::Reset{7}).accepted);
  client.when("steps after the reset",
              [](const auto& s) { return s.hyperparameters.seed == 7 && s.status.position.environment_steps > 400; });
  client.close();

  const auto journal = journal_of(folder);
  CHECK(journal.entries.size() == 7);
  check_replay(folder);
}

TEST_CASE("a session whose changes rebuild, refuse and reconfigure replays to the same parameters") {
  const core::TemporaryFolder folder("journal");
  auto h = tests::small_breakout();
  h.optimizer_eps = 1e-2;
  h.eval_freq = 150;
  h.n_eval_episodes = 2;
  auto options = options_in(folder, h);
  options.start_paused = true;
  Client client(options);
  client.step(protocol::Unit::EnvironmentStep, 200);
  const std::vector<std::pair<protocol::Set, bool>> changes = {
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
    client.step(protocol::Unit::EnvironmentStep, 30);
  }
  client.step(protocol::Unit::Update, 100);
  client.step(protocol::Unit::Episode, 2);
  client.close();
  check_replay(folder);
}

TEST_CASE("a session in which learning failed and went on replays to the same parameters") {
  const core::TemporaryFolder folder("journal");
  auto h = tests::small_cartpole();
  h.loss = "mse";
  h.learning_rate = 1;
  h.max_grad_norm = 1e6;
  h.optimizer = "rmsprop";
  h.rmsprop_alpha = 0.99;
  h.encoder.layers = h.head.layers = 8;
  h.encoder.width = h.head.width = 256;
  Client client(options_in(folder, h));
  client.when("a failure", [](const auto& s) { return s.status.activity == protocol::Activity::Failed; });
  CHECK(client.ask(protocol::Set{"optimizer", std::string("adam")}).accepted);
  CHECK(client.ask(protocol::Set{"encoder.width", std::int64_t{8}}).accepted);
  CHECK(client.ask(protocol::Set{"head.width", std::int64_t{8}}).accepted);
  CHECK(client.ask(protocol::Set{"learning_rate", 1e-4}).accepted);
  const auto failed_at = client.trainer().snapshot().status.position.updates;
  CHECK(client.ask(protocol::Run{}).accepted);
  client.when_updates(failed_at + 20);
  client.close();
  check_replay(folder);
}

TEST_CASE("the same session with every panel shown and with all hidden ends in the same parameters") {
  for (const auto& h : {tests::small_cartpole(), tests::small_breakout()}) {
    INFO(h.environment.id);
    const auto play = [&](const std::function<void(Client&, int)>& look) {
      const core::TemporaryFolder folder("journal");
      auto options = options_in(folder, h);
      options.start_paused = true;
      Client client(options);
      look(client, 0);
      client.step(protocol::Unit::EnvironmentStep, 250);
      look(client, 1);
      client.ask(protocol::Set{"learning_rate", 5e-3});
      client.step(protocol::Unit::Update, 40);
      look(client, 2);
      client.ask(protocol::Set{"head.width", std::int64_t{28}});
      client.step(protocol::Unit::Episode, 3);
      look(client, 3);
      client.step(protocol::Unit::EnvironmentStep, 120);
      client.close();
      const auto journal = journal_of(folder);
      return journal.digest + " at tick " + std::to_string(journal.end_tick);
    };
    const auto hidden = play([](Client& client, int) {
      client.session().set_needs(protocol::kNothing);
      CHECK(client.trainer().parts_copied() == 0);
    });
    const auto shown = play([](Client& client, int moment) {
      client.session().set_needs(protocol::kEverything);
      client.send(protocol::Speed{protocol::kUnlimitedSpeed});
      client.when_stage("the stage", [&](const auto& s) { return s.scene && s.last > 20 * moment; });
      CHECK(client.trainer().parts_copied() > 0);
      client.ask(protocol::Act{0});
      client.ask(protocol::Branch{});
    });
    const auto flickering = play([](Client& client, int moment) {
      client.session().set_needs(moment % 2 == 0 ? protocol::kEverything : protocol::kNothing);
    });
    CHECK(shown == hidden);
    CHECK(flickering == hidden);
  }
}

TEST_CASE("replaying names what is different from then") {
  const core::TemporaryFolder folder("journal");
  auto options = options_in(folder, tests::small_cartpole());
  options.start_paused = true;
  {
    Client client(options);
    client.step(protocol::Unit::EnvironmentStep, 150);
  }
  auto journal = journal_of(folder);
  journal.circumstances.libtorch = "0.4";
  journal.circumstances.instruction_set = "abacus";
  journal.circumstances.blas = "OpenBLAS 0.1 Prescott";
  const auto replayed = train::replay(journal);
  REQUIRE(replayed.mismatches.size() == 3);
  CHECK_THAT(replayed.mismatches[0], ContainsSubstring("LibTorch was 0.4"));
  CHECK_THAT(replayed.mismatches[1], ContainsSubstring("abacus"));
  CHECK_THAT(replayed.mismatches[2], ContainsSubstring("BLAS was OpenBLAS 0.1 Prescott"));
  journal.hyperparameters.seed = 2;
  CHECK(train::replay(journal).digest != journal.digest);
}

TEST_CASE("a journal from before the BLAS was named is read, and claims nothing about it") {
  const core::TemporaryFolder folder("journal");
  auto header = run::journal_header({"build", "torch", "avx", "MKL", "CPU, 1 thread", 1}, tests::small_cartpole());
  const auto at = header.find("\"blas\":\"MKL\",");
  REQUIRE(at != std::string::npos);
  header.erase(at, std::string("\"blas\":\"MKL\",").size());
  tests::write_text(folder / "journal.jsonl", header);
  const auto journal = run::read_journal(folder / "journal.jsonl");
  CHECK(journal.circumstances.blas.empty());
  for (const auto& difference : run::differences(journal.circumstances, {}))
    CHECK_THAT(difference, !ContainsSubstring("BLAS was"));
}

TEST_CASE("a run that was gone on with exactly is replayed as a whole, any other says that it cannot be") {
  const core::TemporaryFolder folder("journal");
  auto options = options_in(folder, tests::small_cartpole());
  options.save_experience = GENERATE(true, false);
  options.start_paused = true;
  {
    Client client(options);
    client.step(protocol::Unit::EnvironmentStep, 150);
  }
  options.load = options.run;
  {
    Client client(options);
    CHECK(client.when_steps(150).environment_steps == 150);
    client.step(protocol::Unit::EnvironmentStep, 150);
  }
  const auto journal = journal_of(folder);
  if (options.save_experience) {
    CHECK(train::replay(journal).digest == journal.digest);
  } else {
    CHECK_THROWS_WITH(train::replay(journal), ContainsSubstring("checkpoint"));
  }
}

TEST_CASE("every command survives the journal") {
  const core::TemporaryFolder folder("journal");
  auto h = tests::small_breakout();
  h.learning_rate = 0.1 + 0.2;
  const std::vector<protocol::TrainerCommand> commands = {
      protocol::Run{},
      protocol::Pause{},
      protocol::Step{protocol::Unit::Episode, 12},
      protocol::Step{protocol::Unit::Update, 3},
      protocol::Reset{4'294'967'295},
      protocol::Configure{h},
      protocol::Set{"learning_rate", 1e-5},
      protocol::Set{"gamma", std::int64_t{1}},
      protocol::Set{"double_q", true},
      protocol::Set{"optimizer", std::string("adam")},
      protocol::Save{},
      protocol::Load{"some/run", "best"},
  };
  auto text = run::journal_header({"build", "torch", "avx", "Haswell", "CPU, 1 thread", 1}, h);
  std::int64_t tick = 0;
  for (const auto& command : commands)
    text += run::journal_line({++tick, {10 * tick, 3 * tick}, command});
  text += run::journal_end(99, {990, 297}, "0123456789abcdef");
  tests::write_text(folder / "journal.jsonl", text);
  const auto journal = run::read_journal(folder / "journal.jsonl");
  CHECK(journal.hyperparameters == h);
  CHECK(journal.circumstances.device == "CPU, 1 thread");
  CHECK(journal.end_tick == 99);
  CHECK(journal.digest == "0123456789abcdef");
  REQUIRE(journal.entries.size() == commands.size());
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto& entry = journal.entries[i];
    CHECK(entry.tick == static_cast<std::int64_t>(i) + 1);
    CHECK(entry.position == protocol::Position{10 * entry.tick, 3 * entry.tick});
    REQUIRE(entry.command.index() == commands[i].index());
    // What was read writes the same line again.
    CHECK(run::journal_line(entry) == run::journal_line({entry.tick, entry.position, commands[i]}));
  }
}

TEST_CASE("a damaged journal is refused with its line") {
  const core::TemporaryFolder folder("journal");
  const auto file = folder / "journal.jsonl";
  CHECK_THROWS_WITH(run::read_journal(file), ContainsSubstring(file.string()));
  const auto header = run::journal_header({"build", "torch", "avx", "Haswell", "CPU, 1 thread", 1}, {});
  const auto line = run::journal_line({1, {1, 0}, protocol::Pause{}});
  const auto refused = [&](const std::string& text, const std::string& where) {
    tests::write_text(file, text);
    CHECK_THROWS_AS(run::read_journal(file), core::UserError);
    CHECK_THROWS_WITH(run::read_journal(file), ContainsSubstring(file.string()) && ContainsSubstring(where));
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
  CHECK(run::read_journal(file).digest.empty());
  CHECK(run::read_journal(file).end_tick == 1);
}

}  // namespace qarium::run_journal_test
