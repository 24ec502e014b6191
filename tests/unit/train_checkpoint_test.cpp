// Checkpoints: learning goes on where it was, and a file that does not fit changes nothing.
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "engine/agent/network/weights.hpp"
#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/run/safetensors.hpp"
#include "engine/train/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_checkpoint_test {

using core::Archive;
using train::TrainLoop;

namespace {

config::Hyperparameters evaluated_cartpole() {
  auto h = tests::small_cartpole();
  h.eval_freq = 300;
  h.n_eval_episodes = 3;
  return h;
}

void tick(TrainLoop& loop, std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks; ++i)
    loop.tick();
}

std::string digest(TrainLoop& loop) {
  return train::parameter_digest(tests::dqn_of(loop).dqn().online());
}

/// Everything of a loop that a checkpoint holds, as one text.
std::string state_of(TrainLoop& loop) {
  auto checkpoint = train::make_checkpoint(loop);
  std::string text;
  for (const auto& [name, value] : checkpoint.metadata)
    text.append(name).append("=").append(value).append(";");
  for (const auto& array : checkpoint.arrays) {
    text += array.name;
    text.append(reinterpret_cast<const char*>(array.values.data()), array.values.size() * sizeof(float));
  }
  return text;
}

}  // namespace

TEST_CASE("a checkpoint restores networks, moments, counters and configuration through a file") {
  const core::TemporaryFolder folder("checkpoint");
  const auto file = folder / "last.safetensors";
  TrainLoop loop(evaluated_cartpole(), "cpu", nullptr);
  tick(loop, 1'000);
  REQUIRE(loop.best_evaluation());
  run::write_safetensors(file, train::make_checkpoint(loop));

  TrainLoop other(tests::small_breakout(), "cpu", nullptr);
  tick(other, 50);
  train::load_checkpoint(run::read_safetensors(file), file.string(), other);
  CHECK(other.hyperparameters() == evaluated_cartpole());
  CHECK(other.position() == loop.position());
  CHECK(other.episodes() == loop.episodes());
  CHECK(other.best_evaluation() == loop.best_evaluation());
  CHECK(digest(other) == digest(loop));
  CHECK(state_of(other) == state_of(loop));
  CHECK(tests::dqn_of(other).dqn().optimizer().steps() == loop.position().updates);
  CHECK(tests::dqn_of(other).dqn().optimizer().kind() == "adam");
  // It goes on learning from there, with a replay that fills first.
  const auto updates = other.position().updates;
  CHECK(other.learner_status().filling);
  tick(other, 300);
  CHECK(other.position().updates > updates);
  CHECK(other.position().environment_steps > loop.position().environment_steps);
}

TEST_CASE("a resumed optimizer takes the step that the first one would have taken") {
  for (const std::string kind : {"adam", "rmsprop", "rmsprop_centered"}) {
    INFO(kind);
    auto h = tests::small_cartpole();
    h.optimizer = kind;
    h.rmsprop_momentum = 0.9;
    TrainLoop loop(h, "cpu", nullptr);
    tick(loop, 500);
    TrainLoop other(h, "cpu", nullptr);
    train::load_checkpoint(train::make_checkpoint(loop), "memory", other);
    for (auto* each : {&loop, &other}) {
      tests::dqn_of(*each).dqn().online().parameters().gradients().fill_(0.01);
      tests::dqn_of(*each).dqn().optimizer().step(tests::dqn_of(*each).dqn().online().parameters(),
                                                  each->hyperparameters());
    }
    CHECK(digest(loop) == digest(other));
  }
}

TEST_CASE("a checkpoint's weights can be loaded alone") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  tick(loop, 500);
  const auto checkpoint = train::make_checkpoint(loop);
  CHECK(train::checkpoint_hyperparameters(checkpoint, "memory") == tests::small_cartpole());
  agent::NetworkPolicy policy(tests::small_cartpole(), loop.spec(), torch::kCPU, 9);
  policy.restore(checkpoint);
  CHECK(train::parameter_digest(policy) == digest(loop));
  agent::restore_flat(checkpoint, policy.parameters().slices(), "target/", policy.parameters().values());
  CHECK(train::parameter_digest(policy) == train::parameter_digest(tests::dqn_of(loop).dqn().target()));
}

TEST_CASE("a digest tells any two sets of parameters apart") {
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  const auto before = digest(loop);
  CHECK(before.size() == 16);
  auto& values = tests::dqn_of(loop).dqn().online().parameters().values();
  const float old = values[7].item<float>();
  values[7] = std::nextafter(old, 1.0F);
  CHECK(digest(loop) != before);
  values[7] = old;
  CHECK(digest(loop) == before);
}

TEST_CASE("a checkpoint that does not fit is refused by name and changes nothing") {
  TrainLoop trained(evaluated_cartpole(), "cpu", nullptr);
  tick(trained, 700);
  REQUIRE(trained.best_evaluation());
  TrainLoop loop(tests::small_cartpole(), "cpu", nullptr);
  tick(loop, 300);
  const auto before = state_of(loop);
  const auto rebuilds = loop.rebuilds();

  const auto array = [](Archive& checkpoint, const std::string& name) -> core::NamedArray& {
    for (auto& its : checkpoint.arrays) {
      if (its.name == name) return its;
    }
    throw std::logic_error(name);
  };
  const std::vector<std::pair<std::string, std::function<void(Archive&)>>> damages = {
      {"no configuration", [](Archive& c) { c.metadata.erase("configuration"); }},
      {"malformed configuration", [](Archive& c) { c.metadata["configuration"] = "gamma = = 1"; }},
      {"impossible configuration", [](Archive& c) { c.metadata["configuration"] += "[encoder]\n"; }},
      {"unknown kind",
       [](Archive& c) {
         auto h = tests::small_cartpole();
         h.encoder.kind = "grid_conv";
         c.metadata["configuration"] = config::to_toml(h);
       }},
      {"another network",
       [](Archive& c) {
         auto h = tests::small_cartpole();
         h.head.width = 21;
         c.metadata["configuration"] = config::to_toml(h);
       }},
      {"no weights", [&](Archive& c) { array(c, "encoder.linear0.weight").name = "elsewhere"; }},
      {"no target", [&](Archive& c) { array(c, "target/head.q.0.bias").name = "elsewhere"; }},
      {"no moments", [&](Archive& c) { array(c, "optimizer/square/head.q.0.bias").name = "elsewhere"; }},
      {"another shape", [&](Archive& c) { array(c, "head.q.0.weight").shape = {24, 20}; }},
      {"weights that are no number",
       [&](Archive& c) { array(c, "head.q.0.bias").values[1] = std::numeric_limits<float>::quiet_NaN(); }},
      {"an endless moment",
       [&](Archive& c) {
         array(c, "optimizer/mean/head.q.0.bias").values[0] = std::numeric_limits<float>::infinity();
       }},
      {"an endless evaluation", [](Archive& c) { c.metadata["best_evaluation"] = "inf"; }},
      {"no counters", [](Archive& c) { c.metadata.erase("updates"); }},
      {"counters are words", [](Archive& c) { c.metadata["environment_steps"] = "many"; }},
      {"no optimizer", [](Archive& c) { c.metadata.erase("optimizer"); }},
      {"best evaluation is a word", [](Archive& c) { c.metadata["best_evaluation"] = "good"; }},
  };
  for (const auto& [what, damage] : damages) {
    INFO(what);
    auto checkpoint = train::make_checkpoint(trained);
    damage(checkpoint);
    CHECK_THROWS_AS(train::load_checkpoint(checkpoint, "some/last.safetensors", loop), core::UserError);
    CHECK_THROWS_WITH(train::load_checkpoint(checkpoint, "some/last.safetensors", loop),
                      ContainsSubstring("some/last.safetensors"));
    CHECK((state_of(loop) == before));
    CHECK(loop.rebuilds() == rebuilds);
  }
  CHECK_NOTHROW(train::load_checkpoint(train::make_checkpoint(trained), "whole", loop));
  CHECK((state_of(loop) == state_of(trained)));
}

}  // namespace qarium::train_checkpoint_test
