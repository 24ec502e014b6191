// TrainLoop::set: what a change keeps, what it replaces, and that a refused one leaves no trace.
#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/train/checkpoint.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_rebuild_test {

using train::Tick;
using train::TrainLoop;

namespace {

std::string digest(TrainLoop& loop) {
  return train::parameter_digest(tests::dqn_of(loop).dqn().online());
}

std::string target_digest(TrainLoop& loop) {
  return train::parameter_digest(tests::dqn_of(loop).dqn().target());
}

void run(TrainLoop& loop, std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks; ++i)
    loop.tick();
}

/// Ticks until the first update of a round of several: then more of them are due.
void run_into_round(TrainLoop& loop) {
  while (loop.tick().work != Tick::Work::Update) {
  }
}

torch::Tensor encoder_weight(TrainLoop& loop) {
  return tests::in_double(tests::dqn_of(loop).dqn().online().parameters()).at("encoder.linear0.weight");
}

}  // namespace

TEST_CASE("a live change takes effect at once and keeps everything") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run(loop, 300);
  const auto before = digest(loop);
  const auto rebuilds = loop.rebuilds();
  const auto size = tests::dqn_of(loop).replay().size();
  loop.set("learning_rate", 0.01);
  loop.set("gamma", std::int64_t{1});
  loop.set("batch_size", std::int64_t{8});
  loop.set("loss", std::string("mse"));
  CHECK(loop.hyperparameters().learning_rate == 0.01);
  CHECK(loop.hyperparameters().gamma == 1.0);
  CHECK(digest(loop) == before);
  CHECK(loop.rebuilds() == rebuilds);
  CHECK(tests::dqn_of(loop).replay().size() == size);
  run_into_round(loop);
  CHECK(tests::dqn_of(loop).dqn().last_batch().steps.size() == 8);
}

TEST_CASE("the learning rate decides how far the next update goes") {
  const auto moved = [](double learning_rate) {
    TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
    run(loop, 300);
    loop.set("learning_rate", learning_rate);
    const auto before = tests::dqn_of(loop).dqn().online().parameters().values().clone();
    run_into_round(loop);
    return (tests::dqn_of(loop).dqn().online().parameters().values() - before).abs().max().item<double>();
  };
  CHECK(moved(1e-2) == Approx(10 * moved(1e-3)).epsilon(1e-2));
}

TEST_CASE("another head keeps the encoder, the replay and the place in time") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run(loop, 300);
  const auto encoder = encoder_weight(loop);
  const auto before = digest(loop);
  const auto rebuilds = loop.rebuilds();
  const auto size = tests::dqn_of(loop).replay().size();
  const auto position = loop.position();
  CHECK(target_digest(loop) != before);
  for (const auto& [name, value] : std::vector<std::pair<std::string, config::Value>>{
           {"head.width", std::int64_t{40}}, {"head.dueling", true}, {"head.layers", std::int64_t{2}}}) {
    INFO(name);
    const auto digest_before = digest(loop);
    loop.set(name, value);
    CHECK(torch::equal(encoder_weight(loop), encoder));
    CHECK(digest(loop) != digest_before);
    CHECK(target_digest(loop) == digest(loop));
  }
  CHECK(loop.rebuilds() == rebuilds + 3);
  CHECK(tests::dqn_of(loop).replay().size() == size);
  CHECK(loop.position() == position);
  CHECK_NOTHROW(run(loop, 200));

  loop.set("encoder.width", std::int64_t{30});
  CHECK(encoder_weight(loop).size(0) == 30);
  CHECK(target_digest(loop) == digest(loop));
}

TEST_CASE("setting what is already so changes nothing") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run(loop, 300);
  const auto before = digest(loop);
  const auto rebuilds = loop.rebuilds();
  loop.set("head.width", std::int64_t{20});
  loop.set("environment.id", std::string("CartPole-v1"));
  loop.set("seed", std::int64_t{1});
  CHECK(digest(loop) == before);
  CHECK(loop.rebuilds() == rebuilds);
  CHECK(loop.position().environment_steps > 0);
}

TEST_CASE("another environment of the same spaces keeps network and replay") {
  TrainLoop loop(tests::small_breakout(), "cpu", nullptr);
  run(loop, 300);
  const auto before = digest(loop);
  const auto rebuilds = loop.rebuilds();
  const auto size = tests::dqn_of(loop).replay().size();
  loop.set("environment.sticky_action_prob", 0.5);
  CHECK(digest(loop) == before);
  CHECK(loop.rebuilds() == rebuilds);
  CHECK(tests::dqn_of(loop).replay().size() == size);
  CHECK_NOTHROW(run(loop, 300));
}

TEST_CASE("another environment of other spaces begins replay anew and keeps what fits of the network") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run(loop, 300);
  const auto head = tests::in_double(tests::dqn_of(loop).dqn().online().parameters()).at("head.q.0.weight");
  loop.set("environment.id", std::string("Acrobot-v1"));
  CHECK(tests::dqn_of(loop).replay().size() == 0);
  CHECK(loop.learner_status().filling);
  CHECK(loop.spec().id == "Acrobot-v1");
  CHECK(encoder_weight(loop).size(1) == 6);
  CHECK(torch::equal(tests::in_double(tests::dqn_of(loop).dqn().online().parameters()).at("head.q.0.weight"), head));
  CHECK(target_digest(loop) == digest(loop));
  const auto updates = loop.position().updates;
  run(loop, 99);
  CHECK(loop.position().updates == updates);
  run(loop, 100);
  CHECK(loop.position().updates > updates);
}

TEST_CASE("another replay or number of environments leaves the network alone, even in the middle of a round") {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::int64_t>>{{"buffer_size", 500}, {"n_envs", 3}}) {
    INFO(name);
    auto h = tests::small_cartpole();
    h.gradient_steps = 20;
    TrainLoop loop(h, "cpu", nullptr);
    run_into_round(loop);
    const auto before = digest(loop);
    const auto rebuilds = loop.rebuilds();
    loop.set(name, value);
    CHECK(digest(loop) == before);
    CHECK(loop.rebuilds() == rebuilds);
    CHECK(tests::dqn_of(loop).replay().size() == 0);
    // With nothing to learn from, the rest of the round is off; it would wait forever for a sample.
    REQUIRE(loop.tick().work == Tick::Work::EnvironmentStep);
    run(loop, 500);
    CHECK(loop.position().updates > 20);
  }
}

TEST_CASE("a longer n_step than replay holds yet waits for samples") {
  auto h = tests::small_cartpole();
  h.learning_starts = 0;
  h.batch_size = 1;
  h.train_freq = 1;
  h.gradient_steps = 20;
  TrainLoop loop(h, "cpu", nullptr);
  run_into_round(loop);
  REQUIRE(loop.position().environment_steps < 5);
  loop.set("n_step", std::int64_t{8});
  REQUIRE(tests::dqn_of(loop).replay().size() == 0);
  REQUIRE(loop.tick().work == Tick::Work::EnvironmentStep);
  run(loop, 100);
  CHECK(loop.position().updates > 20);
}

TEST_CASE("a smaller replay forgets the last minibatch that it was shown with") {
  auto h = tests::small_cartpole();
  h.buffer_size = 100'000;
  h.learning_starts = 2'000;
  TrainLoop loop(h, "cpu", nullptr);
  run_into_round(loop);
  protocol::ReplayView view;
  loop.learner().describe_replay(loop.environments()[0], loop.position(), view);
  CHECK(view.batch.size() == 16);
  loop.set("buffer_size", std::int64_t{200});
  loop.learner().describe_replay(loop.environments()[0], loop.position(), view);
  CHECK(view.capacity == 200);
  CHECK(view.size == 0);
  CHECK(view.batch.empty());
  CHECK(view.batch_size == 0);
  run(loop, 10);
  loop.learner().describe_replay(loop.environments()[0], loop.position(), view);
  CHECK(view.batch.empty());
}

TEST_CASE("a switch of sampling keeps the transitions") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  run(loop, 400);
  const auto size = tests::dqn_of(loop).replay().size();
  loop.set("prioritized_replay", true);
  CHECK(tests::dqn_of(loop).replay().size() == size);
  loop.set("n_step", std::int64_t{3});
  CHECK(tests::dqn_of(loop).replay().size() >= size - 2);
  CHECK(tests::dqn_of(loop).replay().size() < size);
  CHECK_NOTHROW(run(loop, 300));
}

TEST_CASE("a refused change leaves no trace, not even in what is drawn later") {
  const auto h = tests::small_cartpole();
  TrainLoop loop(h, "cpu", nullptr);
  TrainLoop undisturbed(h, "cpu", nullptr);
  run(loop, 300);
  run(undisturbed, 300);
  const auto before = digest(loop);
  const std::vector<std::pair<std::string, config::Value>> refused = {
      {"encoder.kind", std::string("grid_conv")},
      {"encoder.kind", std::string("lstm")},
      {"environment.id", std::string("Pong")},
      {"gamma", 1.5},
      {"batch_size", 0.5},
      {"batch_size", std::int64_t{4'000}},
      {"exploration_initial_eps", 0.0},
      {"n_envs", std::int64_t{1'000}},
      {"no_such_thing", true},
  };
  for (const auto& [name, value] : refused) {
    INFO(name);
    CHECK_THROWS_AS(loop.set(name, value), core::UserError);
    CHECK(loop.hyperparameters() == h);
    CHECK(digest(loop) == before);
  }
  CHECK(loop.rebuilds() == undisturbed.rebuilds());
  CHECK(tests::dqn_of(loop).replay().size() == tests::dqn_of(undisturbed).replay().size());
  for (auto* each : {&loop, &undisturbed}) {
    each->set("head.width", std::int64_t{33});
    run(*each, 200);
  }
  CHECK(digest(loop) == digest(undisturbed));
}

TEST_CASE("another seed begins again") {
  auto h = tests::small_cartpole();
  TrainLoop loop(h, "cpu", nullptr);
  run(loop, 300);
  loop.set("seed", std::int64_t{5});
  CHECK(loop.position() == protocol::Position{});
  run(loop, 300);
  h.seed = 5;
  TrainLoop fresh(h, "cpu", nullptr);
  run(fresh, 300);
  CHECK(digest(loop) == digest(fresh));
}

}  // namespace qarium::train_rebuild_test
