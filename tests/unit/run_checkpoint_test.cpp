// Checkpoints: learning goes on where it was, and a file that does not fit changes nothing.
#include <torch/torch.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/run/checkpoint.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::run_checkpoint_test {

using run::Safetensors;
using train::TrainLoop;

namespace {

config::Hyperparameters evaluated_cartpole() {
  auto h = tests::small_cartpole();
  h.eval_freq = 300;
  h.n_eval_episodes = 3;
  return h;
}

void run(TrainLoop& loop, std::int64_t ticks) {
  for (std::int64_t i = 0; i < ticks; ++i)
    loop.tick();
}

std::string digest(TrainLoop& loop) {
  return run::parameter_digest(loop.learner().online().parameters());
}

/// Everything of a loop that a checkpoint holds, as one text.
std::string state_of(TrainLoop& loop) {
  auto checkpoint = run::make_checkpoint(loop);
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
  const tests::TemporaryFolder folder("checkpoint");
  const auto file = folder / "last.safetensors";
  TrainLoop loop(evaluated_cartpole(), torch::kCPU, nullptr);
  run(loop, 1'000);
  REQUIRE(loop.best_evaluation());
  run::write_safetensors(file, run::make_checkpoint(loop));

  TrainLoop other(tests::small_breakout(), torch::kCPU, nullptr);
  run(other, 50);
  run::load_checkpoint(run::read_safetensors(file), file.string(), other);
  CHECK(other.hyperparameters() == evaluated_cartpole());
  CHECK(other.position() == loop.position());
  CHECK(other.episodes() == loop.episodes());
  CHECK(other.best_evaluation() == loop.best_evaluation());
  CHECK(digest(other) == digest(loop));
  CHECK(state_of(other) == state_of(loop));
  CHECK(other.learner().optimizer().steps() == loop.position().updates);
  CHECK(other.learner().optimizer().kind() == "adam");
  // It goes on learning from there, with a replay that fills first.
  const auto updates = other.position().updates;
  CHECK(other.filling());
  run(other, 300);
  CHECK(other.position().updates > updates);
  CHECK(other.position().environment_steps > loop.position().environment_steps);
}

TEST_CASE("a resumed optimizer takes the step that the first one would have taken") {
  for (const std::string kind : {"adam", "rmsprop", "rmsprop_centered"}) {
    INFO(kind);
    auto h = tests::small_cartpole();
    h.optimizer = kind;
    h.rmsprop_momentum = 0.9;
    TrainLoop loop(h, torch::kCPU, nullptr);
    run(loop, 500);
    TrainLoop other(h, torch::kCPU, nullptr);
    run::load_checkpoint(run::make_checkpoint(loop), "memory", other);
    for (auto* each : {&loop, &other}) {
      each->learner().online().parameters().gradients().fill_(0.01);
      each->learner().optimizer().step(each->learner().online().parameters(), each->hyperparameters());
    }
    CHECK(digest(loop) == digest(other));
  }
}

TEST_CASE("a checkpoint's weights can be loaded alone") {
  TrainLoop loop(tests::small_cartpole(), torch::kCPU, nullptr);
  run(loop, 500);
  const auto checkpoint = run::make_checkpoint(loop);
  CHECK(run::checkpoint_hyperparameters(checkpoint, "memory") == tests::small_cartpole());
  agent::Policy policy(tests::small_cartpole(), loop.spec(), torch::kCPU, 9);
  run::load_weights(checkpoint, policy.parameters());
  CHECK(run::parameter_digest(policy.parameters()) == digest(loop));
  run::load_weights(checkpoint, policy.parameters(), "target/");
  CHECK(run::parameter_digest(policy.parameters()) == run::parameter_digest(loop.learner().target().parameters()));
}

TEST_CASE("a digest tells any two sets of parameters apart") {
  TrainLoop loop(tests::small_cartpole(), torch::kCPU, nullptr);
  const auto before = digest(loop);
  CHECK(before.size() == 16);
  auto& values = loop.learner().online().parameters().values();
  const float old = values[7].item<float>();
  values[7] = std::nextafter(old, 1.0F);
  CHECK(digest(loop) != before);
  values[7] = old;
  CHECK(digest(loop) == before);
}

TEST_CASE("a checkpoint that does not fit is refused by name and changes nothing") {
  TrainLoop trained(evaluated_cartpole(), torch::kCPU, nullptr);
  run(trained, 700);
  REQUIRE(trained.best_evaluation());
  TrainLoop loop(tests::small_cartpole(), torch::kCPU, nullptr);
  run(loop, 300);
  const auto before = state_of(loop);
  const auto rebuilds = loop.rebuilds();

  const auto array = [](Safetensors& checkpoint, const std::string& name) -> run::NamedArray& {
    for (auto& its : checkpoint.arrays) {
      if (its.name == name) return its;
    }
    throw std::logic_error(name);
  };
  const std::vector<std::pair<std::string, std::function<void(Safetensors&)>>> damages = {
      {"no configuration", [](Safetensors& c) { c.metadata.erase("configuration"); }},
      {"malformed configuration", [](Safetensors& c) { c.metadata["configuration"] = "gamma = = 1"; }},
      {"impossible configuration", [](Safetensors& c) { c.metadata["configuration"] += "[encoder]\n"; }},
      {"unknown kind",
       [](Safetensors& c) {
         auto h = tests::small_cartpole();
         h.encoder.kind = "grid_conv";
         c.metadata["configuration"] = config::to_toml(h);
       }},
      {"another network",
       [](Safetensors& c) {
         auto h = tests::small_cartpole();
         h.head.width = 21;
         c.metadata["configuration"] = config::to_toml(h);
       }},
      {"no weights", [&](Safetensors& c) { array(c, "encoder.linear0.weight").name = "elsewhere"; }},
      {"no target", [&](Safetensors& c) { array(c, "target/head.q.0.bias").name = "elsewhere"; }},
      {"no moments", [&](Safetensors& c) { array(c, "optimizer/square/head.q.0.bias").name = "elsewhere"; }},
      {"another shape",
       [&](Safetensors& c) {
         array(c, "head.q.0.weight").shape = {24, 20};
       }},
      {"no counters", [](Safetensors& c) { c.metadata.erase("updates"); }},
      {"counters are words", [](Safetensors& c) { c.metadata["environment_steps"] = "many"; }},
      {"no optimizer", [](Safetensors& c) { c.metadata.erase("optimizer"); }},
      {"best evaluation is a word", [](Safetensors& c) { c.metadata["best_evaluation"] = "good"; }},
  };
  for (const auto& [what, damage] : damages) {
    INFO(what);
    auto checkpoint = run::make_checkpoint(trained);
    damage(checkpoint);
    CHECK_THROWS_AS(run::load_checkpoint(checkpoint, "some/last.safetensors", loop), core::UserError);
    CHECK_THROWS_WITH(run::load_checkpoint(checkpoint, "some/last.safetensors", loop),
                      ContainsSubstring("some/last.safetensors"));
    CHECK((state_of(loop) == before));
    CHECK(loop.rebuilds() == rebuilds);
  }
  CHECK_NOTHROW(run::load_checkpoint(run::make_checkpoint(trained), "whole", loop));
  CHECK((state_of(loop) == state_of(trained)));
}

}  // namespace qarium::run_checkpoint_test
