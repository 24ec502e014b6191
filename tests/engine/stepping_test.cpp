// Advancing learning by hand: what was done is told in its own numbers.
#include <chrono>
#include <thread>

#include "engine/protocol/mailbox.hpp"
#include "engine/run/writer.hpp"
#include "engine/train/trainer.hpp"
#include "tests/catch.hpp"
#include "tests/engine/visit_counter.hpp"

namespace qarium::stepping_test {
namespace {

/// A paused trainer of a learner that has one update every `train_freq` steps.
struct Paused {
  static train::TrainerOptions options() {
    train::TrainerOptions options;
    options.hyperparameters.environment.id = "CartPole-v1";
    options.hyperparameters.n_timesteps = 1'000'000;
    options.hyperparameters.train_freq = 16;
    options.hyperparameters.eval_freq = 0;
    options.start_paused = true;
    return options;
  }

  protocol::StepReport step(protocol::Unit unit, std::int64_t n = 1) {
    const auto before = status();
    trainer.send(++id, protocol::Step{unit, n});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (status().stepped.number == before.stepped.number) {
      REQUIRE(std::chrono::steady_clock::now() < deadline);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    const auto after = status();
    CHECK(after.activity == protocol::Activity::Paused);
    CHECK(after.stepped.unit == unit);
    CHECK(after.stepped.done.environment_steps == after.position.environment_steps - before.position.environment_steps);
    CHECK(after.stepped.done.updates == after.position.updates - before.position.updates);
    CHECK(after.stepped.episodes == after.episodes - before.episodes);
    return after.stepped;
  }
  const protocol::Status& status() {
    trainer.update_snapshot();
    return trainer.snapshot().status;
  }

  protocol::Mailbox<protocol::Acknowledgement> acknowledgements;
  run::Writer writer;
  train::Trainer trainer{options(), writer, acknowledgements};
  std::uint64_t id = 0;
};

}  // namespace

TEST_CASE("an advance by hand tells all that it brought about", "[train]") {
  Paused paused;
  auto done = paused.step(protocol::Unit::Update);
  CHECK(done.number == 1);
  CHECK(done.done.updates == 1);
  CHECK(done.done.environment_steps == 16);
  done = paused.step(protocol::Unit::EnvironmentStep);
  CHECK(done.done == protocol::Position{1, 0});
  // The rest of the rollout, without the update that is due then.
  done = paused.step(protocol::Unit::Rollout);
  CHECK(done.done == protocol::Position{15, 0});
  // The step after it has the update before it.
  done = paused.step(protocol::Unit::EnvironmentStep);
  CHECK(done.done == protocol::Position{1, 1});
  done = paused.step(protocol::Unit::Rollout, 3);
  CHECK(done.done == protocol::Position{47, 2});
  done = paused.step(protocol::Unit::Episode);
  CHECK(done.episodes == 1);
  CHECK(done.number == 6);
}

TEST_CASE("an advance that is broken off tells how far it came", "[train]") {
  Paused paused;
  paused.trainer.send(++paused.id, protocol::Step{protocol::Unit::EnvironmentStep, 100'000'000});
  while (paused.status().position.environment_steps < 500)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(paused.status().stepped.number == 0);
  paused.trainer.send(++paused.id, protocol::Pause{});
  while (paused.status().stepped.number == 0)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  CHECK(paused.status().stepped.done == paused.status().position);
}

TEST_CASE("the learner's own environment is told as its last step left it, where that is asked for", "[train]") {
  Paused paused;
  auto& trainer = paused.trainer;
  paused.step(protocol::Unit::EnvironmentStep);
  CHECK_FALSE(trainer.snapshot().learner);
  trainer.set_needs(static_cast<protocol::Needs>(protocol::Part::LearnerStage));
  const auto seen = [&]() -> const protocol::LearnerMoment& {
    while (!trainer.snapshot().learner) {
      trainer.update_snapshot();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return *trainer.snapshot().learner;
  };
  CHECK(seen().step == 1);
  CHECK(seen().reward == 1);
  CHECK((seen().action == 0 || seen().action == 1));
  CHECK_FALSE(seen().scene.shapes.empty());
  CHECK_FALSE(seen().ended);
  paused.step(protocol::Unit::EnvironmentStep, 3);
  CHECK(seen().step == 4);
  CHECK(seen().return_so_far == 4);
  // What is seen after an episode's last step is where the next one begins.
  paused.step(protocol::Unit::Episode);
  CHECK(seen().ended);
  CHECK(seen().step == 0);
  CHECK(seen().return_so_far == 0);
  CHECK(seen().reward == 1);
  paused.step(protocol::Unit::EnvironmentStep);
  CHECK_FALSE(seen().ended);
  CHECK(seen().step == 1);
  trainer.set_needs(protocol::kNothing);
  paused.step(protocol::Unit::EnvironmentStep);
  CHECK_FALSE(trainer.snapshot().learner);
}

TEST_CASE("a learner that tells nothing of its updates is shown with none", "[train]") {
  Paused paused;
  paused.trainer.set_needs(static_cast<protocol::Needs>(protocol::Part::Update));
  paused.step(protocol::Unit::Update);
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!paused.trainer.snapshot().update) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    paused.trainer.update_snapshot();
  }
  CHECK(paused.trainer.snapshot().update->samples.empty());
}

}  // namespace qarium::stepping_test
