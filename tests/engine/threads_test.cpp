// Trainer, inspector and writer at work on a learner without Torch: what the thread sanitizer watches.

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "engine/core/temporary_folder.hpp"
#include "engine/inspect/inspector.hpp"
#include "engine/run/journal.hpp"
#include "engine/run/run_log.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/replay.hpp"
#include "engine/train/trainer.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::threads_test {
namespace {

config::Hyperparameters breakout(std::int64_t n_timesteps) {
  config::Hyperparameters h;
  h.environment.id = "MinAtar/Breakout-v0";
  h.n_timesteps = n_timesteps;
  h.eval_freq = 400;
  h.n_eval_episodes = 2;
  h.n_envs = 2;
  return h;
}

/// What a session holds but for the laboratory.
struct Threads {
  explicit Threads(const train::TrainerOptions& options) : trainer(options, writer, acknowledgements) {
    trainer.set_needs(protocol::kEverything);
    inspector.set_needs(protocol::kEverything);
  }

  void wait(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(2);
    while (!condition()) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      trainer.update_snapshot();
      inspector.update_snapshot();
      trainer.history().drain(points, episodes);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  std::int64_t steps() const { return trainer.snapshot().status.position.environment_steps; }

  protocol::Mailbox<protocol::Acknowledgement> acknowledgements;
  run::Writer writer;
  train::Trainer trainer;
  inspect::Inspector inspector{trainer.parameters(), acknowledgements};
  std::vector<protocol::MetricPoint> points;
  std::vector<protocol::EpisodeRecord> episodes;
};

}  // namespace

TEST_CASE("a learner without Torch drives trainer, inspector and writer", "[engine]") {
  const core::TemporaryFolder folder("threads");
  train::TrainerOptions options;
  options.hyperparameters = breakout(100'000'000);  // does not end by itself, however fast the machine
  options.run = folder.path().string();
  options.sinks = {"tensorboard"};
  {
    Threads threads(options);
    threads.wait([&] { return threads.steps() > 1'000 && threads.inspector.snapshot().last > 3; });
    std::uint64_t id = 0;
    threads.trainer.send(++id, protocol::Set{"gamma", 0.5});
    threads.trainer.send(++id, protocol::Set{"n_envs", std::int64_t{3}});
    threads.trainer.send(++id, protocol::Set{"environment.id", std::string("CartPole-v1")});
    threads.inspector.send(++id, protocol::StageStep{-2});
    threads.inspector.send(++id, protocol::Branch{});
    threads.inspector.send(++id, protocol::Act{1});
    threads.trainer.send(++id, protocol::Pause{});
    threads.wait([&] { return threads.trainer.snapshot().status.activity == protocol::Activity::Paused; });
    threads.trainer.send(++id, protocol::Step{protocol::Unit::Update, 5});
    threads.trainer.send(++id, protocol::Save{});
    threads.trainer.send(++id, protocol::Run{});
    const auto before = threads.steps();
    threads.wait([&] { return threads.steps() > before + 2'000; });
    CHECK(threads.trainer.snapshot().status.error.empty());
    CHECK_FALSE(threads.episodes.empty());
    CHECK_FALSE(threads.points.empty());
    CHECK(threads.trainer.snapshot().hyperparameters.gamma == 0.5);
  }
  const auto checkpoint = run::read_safetensors(run::RunDirectory::checkpoint_path(folder.path(), "last"));
  CHECK(checkpoint.need("visits").values.size() == 2);
  const auto log = run::read_run(folder.path());
  CHECK(log.finished);
  CHECK(log.hyperparameters.environment.id == "CartPole-v1");
  CHECK_FALSE(log.metric("visits")->values.empty());

  const auto journal = run::read_journal(folder.path() / run::kJournalFile);
  CHECK(train::replay(journal).digest == journal.digest);
}

TEST_CASE("a run is gone on with where it was", "[engine]") {
  train::TrainLoop loop(breakout(10'000), "cpu", nullptr);
  while (loop.position().environment_steps < 2'000)
    loop.tick();
  const auto checkpoint = train::make_checkpoint(loop);
  train::TrainLoop other(breakout(1), "cpu", nullptr);
  train::load_checkpoint(checkpoint, "memory", other);
  CHECK(other.position() == loop.position());
  CHECK(other.hyperparameters() == loop.hyperparameters());
  CHECK(train::parameter_digest(other.learner().policy()) == train::parameter_digest(loop.learner().policy()));
}

}  // namespace qarium::threads_test
