#include "engine/train/findings.hpp"

#include <string>

#include "tests/catch.hpp"

namespace qarium::findings_test {
namespace {

using protocol::Finding;
using train::FindingLog;
using train::FirstReturns;

/// A run as it is when all is well: in the middle of learning CartPole.
struct Run {
  Run() {
    h.n_timesteps = 100'000;
    h.learning_starts = 1'000;
    h.target_update_interval = 500;
    h.exploration_fraction = 0.2;
    h.exploration_final_eps = 0.05;
    h.max_grad_norm = 10;
    status.position = {60'000, 15'000};
    status.episodes = 700;
    status.epsilon = 0.05;
    status.mean_return_100 = 180;
    status.value_bound = 100;
    status.replay_size = 50'000;
    status.replay_capacity = 50'000;
    health.updates = 256;
    health.mean_max_q = 61;
    health.q_spread = 12;
    health.clipped = 0.3;
    health.target_copies = 118;
    health.steps_since_target = 300;
    health.layers = {{core::Stage::Encoder, "layer 1", 256, 40, {}}, {core::Stage::Head, "layer 1", 256, 90, {}}};
    for (int i = 0; i < 100; ++i)
      first.add(20 + i % 7);
  }
  std::vector<Finding> found() const { return train::findings({h, status, health, first}); }
  /// The one finding there is.
  Finding only(std::string_view id) const {
    const auto all = found();
    INFO("wanted " << id << ", found " << all.size());
    REQUIRE(all.size() == 1);
    CHECK(all[0].id == id);
    CHECK_FALSE(all[0].title.empty());
    CHECK_FALSE(all[0].evidence.empty());
    return all[0];
  }

  config::Hyperparameters h;
  protocol::Status status;
  protocol::LearnerHealth health;
  FirstReturns first;
};

}  // namespace

TEST_CASE("nothing is said of a run that goes well", "[findings]") {
  Run run;
  CHECK(run.found().empty());
  // Nor at its beginning, when nothing is known, nor when it is over.
  for (const std::int64_t steps : {0, 1, 500, 1'000, 1'500}) {
    Run early;
    early.status.position = {steps, steps > 1'000 ? (steps - 1'000) / 4 : 0};
    early.status.epsilon = 1;
    early.status.episodes = 20;
    early.status.replay_size = steps;
    early.health = {};
    early.health.target_copies = 0;
    early.first.clear();
    INFO(steps);
    CHECK(early.found().empty());
  }
  run.status.position = {100'000, 25'000};
  run.status.activity = protocol::Activity::Finished;
  CHECK(run.found().empty());
}

TEST_CASE("values that no return can reach are told with the bound and what makes them so", "[findings]") {
  Run run;
  run.health.mean_max_q = 113;
  auto finding = run.only("beyond_bound");
  CHECK(finding.evidence == "mean max Q 113 over 256 updates; no return can pass 100");
  CHECK(finding.plot == "Mean max Q");
  run.h.double_q = true;
  CHECK(run.only("beyond_bound").parameter == "learning_rate");
  run.h.double_q = false;
  CHECK(run.only("beyond_bound").parameter == "double_q");
  run.health.mean_max_q = 101;  // within what is noise
  CHECK(run.found().empty());
  run.health.mean_max_q = 113;
  run.status.value_bound = std::numeric_limits<double>::infinity();
  CHECK(run.found().empty());
  run.status.value_bound = 0;  // no reward is above 0
  run.health.mean_max_q = 0.5;
  run.only("beyond_bound");
  run.health.updates = 20;
  CHECK(run.found().empty());
}

TEST_CASE("values that are the same everywhere are told", "[findings]") {
  Run run;
  run.health.mean_max_q = 53.6;
  run.health.q_spread = 0.002;
  CHECK(run.only("constant_values").parameter == "learning_rate");
  run.status.position.updates = 500;  // a network that has just begun
  CHECK(run.found().empty());
  run.status.position.updates = 15'000;
  run.health.q_spread = 0.03;  // as before the first reward of MountainCar
  CHECK(run.found().empty());
  run.health = {};
  CHECK(run.found().empty());
}

TEST_CASE("the layer with most dead units is told, with its block", "[findings]") {
  Run run;
  run.health.layers[0].dead = 200;
  run.health.layers[1].dead = 250;
  const auto finding = run.only("dead_units");
  CHECK(finding.block == core::Stage::Head);
  CHECK(finding.evidence == "250 of 256 units are zero in every state: head, layer 1");
}

TEST_CASE("a gradient that is always clipped is told", "[findings]") {
  Run run;
  run.health.clipped = 1;
  CHECK(run.only("always_clipped").parameter == "max_grad_norm");
  run.health.clipped = 0.9;
  CHECK(run.found().empty());
}

TEST_CASE("a target that is never copied is told, and not one that is copied late", "[findings]") {
  Run run;
  run.health.target_copies = 0;
  run.h.target_update_interval = 1'000'000;
  CHECK(run.only("target_never_copied").parameter == "target_update_interval");
  run.h.target_update_interval = 90'000;
  CHECK(run.found().empty());
  run.h.target_update_interval = 1'000'000;
  run.health.target_copies = -1;  // a family without one
  CHECK(run.found().empty());
}

TEST_CASE("a buffer that is never sampled is told with why", "[findings]") {
  Run run;
  run.status.position = {2'000, 0};
  run.status.epsilon = 1;
  run.health = {};
  run.first.clear();
  run.h.learning_starts = 200'000;
  auto finding = run.only("never_sampled");
  CHECK(finding.parameter == "learning_starts");
  CHECK(finding.evidence.find("200,000 lies behind the last step, 100,000") != std::string::npos);
  run.h.learning_starts = 1'000;
  CHECK(run.found().empty());
  run.h.train_freq = 90'000;
  run.status.position.environment_steps = 95'000;
  CHECK(run.only("never_sampled").parameter == "train_freq");
  run.status.replay_capacity = 0;
  CHECK(run.found().empty());
}

TEST_CASE("exploration that is over with nothing learned is told, once that is sure", "[findings]") {
  Run run;
  run.status.mean_return_100 = 22.5;
  auto finding = run.only("nothing_learned");
  CHECK(finding.plot == "Episode return");
  CHECK(finding.evidence == "mean return 22.5 over the last 100 episodes, 22.9 over the first");
  run.status.epsilon = 0.4;
  CHECK(run.found().empty());
  run.status.epsilon = 0.05;
  run.status.position.environment_steps = 25'000;  // the last episodes are still from exploring
  CHECK(run.found().empty());
  run.status.position.environment_steps = 60'000;
  run.status.mean_return_100 = 40;
  CHECK(run.found().empty());
  run.status.mean_return_100 = 22.5;
  run.first.clear();  // gone on with: nobody knows how it began
  CHECK(run.found().empty());
}

TEST_CASE("only an error is red, and it stands first", "[findings]") {
  Run run;
  run.health.mean_max_q = 1e6;
  run.health.q_spread = 1e5;
  run.status.error = "the loss is no longer finite";
  const auto all = run.found();
  REQUIRE(all.size() == 2);
  CHECK(all[0].severity == Finding::Severity::Error);
  CHECK(all[0].evidence == run.status.error);
  CHECK(all[1].severity == Finding::Severity::Notice);
}

TEST_CASE("a finding at its limit does not come and go, and an error goes at once", "[findings]") {
  FindingLog log;
  Finding finding;
  finding.id = "constant_values";
  Finding error;
  error.id = "error";
  error.severity = Finding::Severity::Error;
  log.update(10, {error, finding});
  CHECK(log.shown().size() == 2);
  log.update(11, {});
  REQUIRE(log.shown().size() == 1);
  CHECK(log.shown()[0].id == "constant_values");
  finding.evidence = "newer";
  log.update(12, {finding});
  CHECK(log.shown()[0].evidence == "newer");
  log.update(16.9, {});
  CHECK(log.shown().size() == 1);
  log.update(17.1, {});
  CHECK(log.shown().empty());
  log.update(18, {finding});
  log.clear();
  CHECK(log.shown().empty());
}

TEST_CASE("first returns have a mean and a deviation, and no more than the first count", "[findings]") {
  FirstReturns first;
  for (int i = 0; i < 99; ++i)
    first.add(i % 2);
  CHECK_FALSE(first.known());
  first.add(1);
  CHECK(first.known());
  CHECK(first.mean() == Approx(0.5));
  CHECK(first.deviation() == Approx(0.5).epsilon(0.02));
  first.add(1e9);
  CHECK(first.mean() == Approx(0.5));
}

}  // namespace qarium::findings_test
