// TrainLoop: the same numbers twice, and the bookkeeping of steps, updates, episodes and evaluations.
#include "engine/train/train_loop.hpp"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/train/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_loop_test {

using train::Tick;
using train::TrainLoop;

namespace {

std::string digest(TrainLoop& loop) {
  return train::parameter_digest(tests::dqn_of(loop).dqn().online());
}

std::string digest_after(const config::Hyperparameters& h, std::int64_t ticks) {
  TrainLoop loop(h, "cpu", nullptr);
  for (std::int64_t i = 0; i < ticks; ++i)
    loop.tick();
  return digest(loop);
}

/// Keeps what it is told.
struct Record final : train::TrainEvents {
  void on_update(const TrainLoop& loop) override { update_steps.push_back(loop.position().environment_steps); }
  void on_metrics(const TrainLoop& loop, std::span<const protocol::MetricValue> values) override {
    for (const auto& [metric, value] : values) {
      REQUIRE(metric < loop.metrics().size());
      finite = finite && std::isfinite(value);
    }
  }
  void on_episode(const TrainLoop&, const protocol::EpisodeRecord& record) override { episodes.push_back(record); }
  void on_evaluation(TrainLoop& loop, const train::Evaluation& evaluation, bool best) override {
    evaluations.push_back(evaluation);
    bests.push_back(best);
    evaluation_steps.push_back(loop.position().environment_steps);
  }
  std::vector<std::int64_t> update_steps;
  std::vector<protocol::EpisodeRecord> episodes;
  std::vector<train::Evaluation> evaluations;
  std::vector<std::int64_t> evaluation_steps;
  std::vector<bool> bests;
  bool finite = true;
};

void run_to(TrainLoop& loop, std::int64_t steps) {
  while (loop.position().environment_steps < steps)
    loop.tick();
}

}  // namespace

TEST_CASE("the same seed gives the same parameters bit for bit, another seed others") {
  auto h = config::preset("cartpole").hyperparameters;
  h.learning_starts = 200;
  h.eval_freq = 1'000;
  h.n_eval_episodes = 3;
  const auto first = digest_after(h, 3'000);
  CHECK(digest_after(h, 3'000) == first);
  CHECK(digest_after(h, 2'000) != first);
  h.seed = 2;
  CHECK(digest_after(h, 3'000) != first);
}

TEST_CASE("Breakout with every switch on is repeatable, with several environments too") {
  for (const std::int64_t n_envs : {1, 3}) {
    INFO(n_envs << " environments");
    auto h = tests::small_breakout();
    h.n_envs = n_envs;
    const auto first = digest_after(h, 600);
    CHECK(digest_after(h, 600) == first);
    h.seed = 2;
    CHECK(digest_after(h, 600) != first);
  }
}

TEST_CASE("draws from Torch's own generator change nothing") {
  const auto h = tests::small_cartpole();
  TrainLoop quiet(h, "cpu", nullptr);
  torch::manual_seed(99);
  TrainLoop disturbed(h, "cpu", nullptr);
  for (int i = 0; i < 500; ++i) {
    quiet.tick();
    disturbed.tick();
    if (i % 10 == 0) torch::rand({100});
  }
  CHECK(digest(quiet) == digest(disturbed));
}

TEST_CASE("being watched and being evaluated change nothing") {
  auto h = tests::small_cartpole();
  TrainLoop plain(h, "cpu", nullptr);
  run_to(plain, 600);
  Record record;
  h.eval_freq = 100;
  h.n_eval_episodes = 2;
  TrainLoop watched(h, "cpu", &record);
  run_to(watched, 600);
  CHECK(digest(plain) == digest(watched));
  CHECK(plain.position() == watched.position());
  CHECK(record.evaluations.size() >= 5);
}

TEST_CASE("updates come in rounds every train_freq steps once learning has started") {
  auto h = tests::small_cartpole();
  h.train_freq = 4;
  h.gradient_steps = 3;
  Record record;
  TrainLoop loop(h, "cpu", &record);
  CHECK(loop.learner_status().filling);
  run_to(loop, 99);
  CHECK(loop.position().updates == 0);
  CHECK(loop.learner_status().filling);
  std::int64_t updates_before = 0;
  std::int64_t rounds = 0;
  while (loop.position().environment_steps < 300) {
    const auto step = loop.position().environment_steps;
    const auto work = loop.tick().work;
    if (work == Tick::Work::Update) {
      REQUIRE(loop.position().updates == ++updates_before);
      REQUIRE(loop.position().environment_steps == step);
    } else {
      REQUIRE(loop.position().environment_steps == step + 1);
      REQUIRE(updates_before % 3 == 0);
      rounds = updates_before / 3;
    }
  }
  CHECK(rounds == (300 - 100) / 4);
  CHECK(std::set<std::int64_t>(record.update_steps.begin(), record.update_steps.end()).size() ==
        static_cast<std::size_t>(rounds));
  CHECK(record.finite);
  CHECK(loop.ticks() == 300 + loop.position().updates);
  CHECK_FALSE(loop.learner_status().filling);
}

TEST_CASE("several environments step as one batch and count each their own episodes") {
  auto h = tests::small_cartpole();
  h.n_envs = 4;
  Record record;
  TrainLoop loop(h, "cpu", &record);
  std::int64_t steps = 0;
  std::int64_t ended = 0;
  while (steps < 1'000) {
    const auto tick = loop.tick();
    if (tick.work == Tick::Work::EnvironmentStep) steps += 4;
    ended += tick.episodes_ended;
    REQUIRE(loop.position().environment_steps == steps);
  }
  CHECK(ended == loop.episodes());
  CHECK(record.episodes.size() == static_cast<std::size_t>(ended));
  CHECK(ended > 20);
  // Four environments can hold at most their current episodes beyond those that ended.
  std::int64_t inside = 0;
  for (const auto& episode : record.episodes)
    inside += episode.length;
  CHECK(inside <= steps);
  CHECK(inside > steps - 4 * 200);
}

TEST_CASE("CartPole's ends are terminal, MountainCar's time limit is not") {
  core::RandomStream stream(1, core::Purpose::Test, 0);
  std::vector<agent::Transition> steps;
  Record cartpole_record;
  TrainLoop cartpole(tests::small_cartpole(), "cpu", &cartpole_record);
  run_to(cartpole, 500);
  tests::dqn_of(cartpole).replay().sample(2'000, 0.5, 0, stream, steps);
  std::set<std::size_t> terminal;
  for (const auto& step : steps) {
    REQUIRE(step.discount == (step.terminal ? 0.0F : 0.5F));
    if (step.terminal) terminal.insert(step.slot);
  }
  CHECK(terminal.size() > 5);
  for (const auto& episode : cartpole_record.episodes) {
    REQUIRE(episode.length < 500);
    REQUIRE(episode.episode_return == static_cast<float>(episode.length));
  }

  auto h = tests::small_cartpole();
  h.environment.id = "MountainCar-v0";
  Record record;
  TrainLoop mountain_car(h, "cpu", &record);
  run_to(mountain_car, 700);
  REQUIRE(record.episodes.size() == 3);
  for (std::int64_t i = 0; i < 3; ++i) {
    const auto& episode = record.episodes[static_cast<std::size_t>(i)];
    CHECK(episode.length == 200);
    CHECK(episode.episode_return == -200);
    CHECK(episode.step == 200 * (i + 1));
    CHECK(episode.episode == i + 1);
  }
  CHECK(mountain_car.mean_return_100() == -200);
  tests::dqn_of(mountain_car).replay().sample(2'000, 0.5, 0, stream, steps);
  for (const auto& step : steps)
    REQUIRE(step.discount == 0.5F);
  CHECK(tests::dqn_of(mountain_car).replay().size() == 700);
}

TEST_CASE("the target follows every target_update_interval steps") {
  auto h = tests::small_cartpole();
  h.target_update_interval = 30;
  TrainLoop loop(h, "cpu", nullptr);
  const auto same = [&] {
    return tests::equal_bits(tests::dqn_of(loop).dqn().online().parameters().values(),
                             tests::dqn_of(loop).dqn().target().parameters().values());
  };
  run_to(loop, 149);
  CHECK_FALSE(same());
  run_to(loop, 150);
  CHECK(same());
  run_to(loop, 155);
  CHECK_FALSE(same());
  run_to(loop, 180);
  CHECK(same());
}

TEST_CASE("a run ends at its last step with a last evaluation") {
  auto h = tests::small_cartpole();
  h.n_timesteps = 450;
  h.eval_freq = 200;
  h.n_eval_episodes = 4;
  Record record;
  TrainLoop loop(h, "cpu", &record);
  while (!loop.finished())
    loop.tick();
  CHECK(loop.position().environment_steps == 450);
  CHECK(record.evaluation_steps == std::vector<std::int64_t>{200, 400, 450});
  double best = -1;
  for (std::size_t i = 0; i < record.evaluations.size(); ++i) {
    CHECK(record.evaluations[i].episodes == 4);
    CHECK(record.bests[i] == (record.evaluations[i].mean_return >= best));
    best = std::max(best, record.evaluations[i].mean_return);
  }
  CHECK(loop.best_evaluation() == best);
  CHECK(loop.last_evaluation()->mean_return == record.evaluations.back().mean_return);

  loop.set("n_timesteps", std::int64_t{500});
  CHECK_FALSE(loop.finished());
  while (!loop.finished())
    loop.tick();
  CHECK(loop.position().environment_steps == 500);
  CHECK(record.evaluation_steps.back() == 500);

  h.eval_freq = 0;
  TrainLoop silent(h, "cpu", nullptr);
  while (!silent.finished())
    silent.tick();
  CHECK(silent.position().environment_steps == 450);
  CHECK_FALSE(silent.evaluating());
}

TEST_CASE("hyperparameters that do not fit together are refused at once") {
  auto h = tests::small_cartpole();
  h.encoder.kind = "grid_conv";
  CHECK_THROWS_AS(TrainLoop(h, "cpu", nullptr), core::UserError);
  h = tests::small_cartpole();
  h.buffer_size = 100;
  h.batch_size = 200;
  CHECK_THROWS_AS(TrainLoop(h, "cpu", nullptr), core::UserError);

  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run_to(loop, 200);
  const auto before = digest(loop);
  const auto position = loop.position();
  CHECK_THROWS_AS(loop.configure(h), core::UserError);
  CHECK(digest(loop) == before);
  CHECK(loop.position() == position);
  CHECK(loop.hyperparameters() == tests::small_cartpole());
}

TEST_CASE("configuring begins again from nothing") {
  const auto h = tests::small_cartpole();
  const auto fresh = digest_after(h, 400);
  TrainLoop loop(tests::small_breakout(), "cpu", nullptr);
  for (int i = 0; i < 300; ++i)
    loop.tick();
  loop.configure(h);
  CHECK(loop.position() == protocol::Position{});
  CHECK(loop.episodes() == 0);
  CHECK(tests::dqn_of(loop).replay().size() == 0);
  for (int i = 0; i < 400; ++i)
    loop.tick();
  CHECK(digest(loop) == fresh);
  CHECK(loop.ticks() == 700);
}

TEST_CASE("a batch as large as replay still learns") {
  auto h = tests::small_cartpole();
  h.buffer_size = 128;
  h.batch_size = 128;
  TrainLoop loop(h, "cpu", nullptr);
  run_to(loop, 600);
  CHECK(loop.position().updates > 0);
}

TEST_CASE("it is known how old the oldest transition in replay is, and those that an update drew") {
  auto h = tests::small_cartpole();
  h.n_envs = 2;
  TrainLoop loop(h, "cpu", nullptr);
  CHECK(loop.learner().health().oldest_in_replay == -1);
  CHECK(std::isnan(loop.learner().health().sampled_age));
  double sum = 0;
  int looks = 0;
  while (loop.position().environment_steps < 3'000) {
    loop.tick();
    const auto health = loop.learner().health();
    CHECK(health.oldest_in_replay <= h.buffer_size);
    if (loop.position().environment_steps < 2'000 || loop.position().updates % 10 != 0) continue;
    CHECK(health.oldest_in_replay > 0.8 * static_cast<double>(h.buffer_size));
    CHECK(health.sampled_age <= static_cast<double>(health.oldest_in_replay));
    sum += health.sampled_age;
    ++looks;
  }
  CHECK(sum / looks ==
        Approx(0.5 * static_cast<double>(h.buffer_size)).margin(0.1 * static_cast<double>(h.buffer_size)));
  h = config::defaults_of("a2c");
  h.environment.id = "CartPole-v1";
  TrainLoop without(h, "cpu", nullptr);
  for (int tick = 0; tick < 30; ++tick)
    without.tick();
  CHECK(without.learner().health().oldest_in_replay == -1);
}

}  // namespace qarium::train_loop_test
