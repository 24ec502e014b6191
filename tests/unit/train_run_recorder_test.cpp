// A run on disk: its files, their formats, and what cannot be written.
#include <torch/torch.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/run_recorder.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_run_recorder_test {

using run::RunDirectory;
using train::RunRecorder;
using train::TrainLoop;

namespace {

config::Hyperparameters evaluated_cartpole() {
  auto h = tests::small_cartpole();
  h.eval_freq = 1'500;
  h.n_eval_episodes = 3;
  return h;
}

/// Passes events on to a directory that is made after the loop.
struct Forward final : train::TrainEvents {
  void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) override {
    run->on_metrics(loop, values);
  }
  void on_update(const TrainLoop& loop) override { run->on_update(loop); }
  void on_episode(const TrainLoop& loop, const protocol::EpisodeRecord& record) override {
    episodes.push_back(record);
    run->on_episode(loop, record);
  }
  void on_evaluation(TrainLoop& loop, const train::Evaluation& evaluation, bool best) override {
    run->on_evaluation(loop, evaluation, best);
    if (best) best_digest = train::parameter_digest(tests::dqn_of(loop).dqn().online());
  }
  RunRecorder* run = nullptr;
  std::vector<protocol::EpisodeRecord> episodes;
  std::string best_digest;
};

std::vector<std::string> lines_of(const std::filesystem::path& file) {
  std::istringstream stream(tests::read_text(file));
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);)
    lines.push_back(line);
  return lines;
}

std::vector<std::string> cells_of(const std::string& line) {
  std::istringstream stream(line + ",");
  std::vector<std::string> cells;
  for (std::string cell; std::getline(stream, cell, ',');)
    cells.push_back(cell);
  return cells;
}

std::string weights_digest(const std::filesystem::path& file) {
  const auto h = evaluated_cartpole();
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  policy.restore(run::read_safetensors(file));
  return train::parameter_digest(policy);
}

}  // namespace

TEST_CASE("a run directory holds configuration, progress, episodes, journal and checkpoints") {
  const core::TemporaryFolder folder("run");
  const auto run_folder = folder / "a" / "run";
  const auto h = evaluated_cartpole();
  Forward events;
  TrainLoop loop(h, "cpu", &events);
  run::Writer writer;
  RunRecorder run(run_folder, loop, writer);
  events.run = &run;
  CHECK(RunDirectory::holds_run(run_folder));
  while (loop.position().environment_steps < 3'500)
    loop.tick();
  run.close(loop);
  writer.finish();
  CHECK(writer.errors().empty());

  CHECK(config::read_toml(run_folder / "config.toml").hyperparameters == h);

  const auto monitor = lines_of(run_folder / "monitor.csv");
  REQUIRE(monitor.size() == 2 + events.episodes.size());
  REQUIRE(monitor[0].substr(0, 1) == "#");
  const auto header = nlohmann::json::parse(monitor[0].substr(1));
  CHECK(header.at("env_id") == "CartPole-v1");
  CHECK(header.at("t_start").get<double>() > 1.6e9);
  CHECK(monitor[1] == "r,l,t");
  double last_time = 0;
  for (std::size_t i = 0; i < events.episodes.size(); ++i) {
    const auto cells = cells_of(monitor[i + 2]);
    REQUIRE(cells.size() == 3);
    REQUIRE(std::stod(cells[0]) == events.episodes[i].episode_return);
    REQUIRE(std::stoll(cells[1]) == events.episodes[i].length);
    REQUIRE(std::stod(cells[2]) >= last_time);
    last_time = std::stod(cells[2]);
  }

  const auto progress = lines_of(run_folder / "progress.csv");
  REQUIRE(progress.size() >= 4);
  const auto columns = cells_of(progress[0]);
  CHECK(columns[0] == "environment_steps");
  CHECK(std::find(columns.begin(), columns.end(), "loss") != columns.end());
  CHECK(std::find(columns.begin(), columns.end(), "evaluation_return") != columns.end());
  double last_step = 0;
  for (std::size_t i = 1; i < progress.size(); ++i) {
    const auto cells = cells_of(progress[i]);
    REQUIRE(cells.size() == columns.size());
    REQUIRE(std::stod(cells[0]) > last_step);
    last_step = std::stod(cells[0]);
    for (const auto& cell : cells)
      REQUIRE((cell.empty() || std::isfinite(std::stod(cell))));
  }

  CHECK(weights_digest(RunDirectory::checkpoint_path(run_folder, "last")) ==
        train::parameter_digest(tests::dqn_of(loop).dqn().online()));
  CHECK(weights_digest(RunDirectory::checkpoint_path(run_folder, "best")) == events.best_digest);

  const auto journal = run::read_journal(run_folder / "journal.jsonl");
  CHECK(journal.hyperparameters == h);
  CHECK(journal.end_tick == loop.ticks());
  CHECK(journal.digest == train::parameter_digest(tests::dqn_of(loop).dqn().online()));
}

TEST_CASE("a folder that holds a run is refused, or gone on with") {
  const core::TemporaryFolder folder("run");
  Forward events;
  TrainLoop loop(tests::small_cartpole(), "cpu", &events);
  run::Writer writer;
  {
    RunRecorder run(folder / "run", loop, writer);
    events.run = &run;
    while (loop.episodes() < 3)
      loop.tick();
    run.close(loop);
    writer.finish();
  }
  const auto before = tests::read_text(folder / "run" / "config.toml");
  auto other_h = tests::small_cartpole();
  other_h.gamma = 0.5;
  TrainLoop other(other_h, "cpu", nullptr);
  CHECK_THROWS_AS(RunRecorder(folder / "run", other, writer), core::UserError);
  CHECK_THROWS_WITH(RunRecorder(folder / "run", other, writer),
                    ContainsSubstring((folder / "run").string()) && ContainsSubstring("holds a run"));
  writer.finish();
  CHECK(tests::read_text(folder / "run" / "config.toml") == before);
  CHECK(lines_of(folder / "run" / "monitor.csv").size() == 5);

  RunRecorder again(folder / "run", loop, writer, {.opening = run::Opening::Continue});
  events.run = &again;
  while (loop.episodes() < 5)
    loop.tick();
  again.close(loop);
  writer.finish();
  const auto monitor = lines_of(folder / "run" / "monitor.csv");
  CHECK(monitor.size() == 7);
  CHECK(std::count_if(monitor.begin(), monitor.end(), [](const auto& line) { return line[0] == '#'; }) == 1);
  const auto progress = lines_of(folder / "run" / "progress.csv");
  CHECK(std::count_if(progress.begin(), progress.end(),
                      [](const auto& line) { return line.find("epsilon") != std::string::npos; }) == 1);
}

TEST_CASE("a folder that cannot be written is refused by name") {
  const core::TemporaryFolder folder("run");
  tests::write_text(folder / "file", "not a folder");
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run::Writer writer;
  const auto inside = folder / "file" / "run";
  CHECK_THROWS_AS(RunRecorder(inside, loop, writer), core::UserError);
  CHECK_THROWS_WITH(RunRecorder(inside, loop, writer), ContainsSubstring(inside.string()));
  CHECK_FALSE(RunDirectory::holds_run(inside));
}

TEST_CASE("the configuration file follows what is in force") {
  const core::TemporaryFolder folder("run");
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run::Writer writer;
  RunRecorder run(folder / "run", loop, writer);
  loop.set("gamma", 0.25);
  run.reconfigured(loop);
  writer.finish();
  CHECK(config::read_toml(folder / "run" / "config.toml").hyperparameters.gamma == 0.25);
}

TEST_CASE("what is recorded can be read while learning goes on: nothing waits for the end but a full buffer") {
  const core::TemporaryFolder folder("run");
  Forward events;
  TrainLoop loop(tests::small_cartpole(), "cpu", &events);
  run::Writer writer;
  RunRecorder run(folder / "run", loop, writer);
  events.run = &run;
  while (loop.episodes() < 10)
    loop.tick();
  run.save(loop);
  writer.finish();
  CHECK(lines_of(folder / "run" / "monitor.csv").size() == 12);
  CHECK(weights_digest(RunDirectory::checkpoint_path(folder / "run", "last")) ==
        train::parameter_digest(tests::dqn_of(loop).dqn().online()));
}

}  // namespace qarium::train_run_recorder_test
