// A memory looked into and changed: what is shown is what the agent does, and what is supposed is done to it.
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "engine/core/error.hpp"
#include "engine/inspect/counterfactual.hpp"
#include "engine/inspect/memory_change.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::inspect_memory_test {

using protocol::MemoryChange;

namespace {

const std::vector<std::string> kKinds = {"lstm", "gru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"};

config::Hyperparameters maze_with(const std::string& memory) {
  auto h = tests::small_maze(memory);
  h.memory.length = 4;
  h.memory.read_heads = memory == "ntm" || memory == "dnc" ? 2 : 1;
  return h;
}

/// An agent some steps into an episode.
struct Walk {
  explicit Walk(const config::Hyperparameters& hyperparameters)
      : h(hyperparameters),
        policy(h, tests::spec_of(h), torch::kCPU, 3),
        environment(env::make(h.environment)),
        recurrent_state(policy.begin(1)) {
    environment->reset(core::RandomStream(5, core::Purpose::Test, 0));
    observe();
  }

  void observe() {
    observation.resize(environment->spec().observation_space.bytes());
    environment->observe(observation);
  }
  std::array<std::span<const std::byte>, 1> batch() const { return {std::span<const std::byte>(observation)}; }
  void go(int steps) {
    for (int i = 0; i < steps; ++i) {
      policy.evaluate(batch(), recurrent_state);
      const int action = i % 2;
      const auto result = environment->step(action);
      recurrent_state.acted(0, action, result.reward);
      observe();
    }
  }
  protocol::MemoryView view() { return *policy.inspect(batch(), &recurrent_state).front().memory; }
  protocol::Counterfactual ask(const MemoryChange& change, const agent::RecurrentState* other = nullptr) {
    return inspect::counterfactual(policy, {*environment, observation, recurrent_state, other}, {}, change);
  }

  config::Hyperparameters h;
  agent::NetworkPolicy policy;
  std::unique_ptr<env::Environment> environment;
  agent::RecurrentState recurrent_state;
  std::vector<std::byte> observation;
};

bool near(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance;
}

float sum(const std::vector<float>& values) {
  float total = 0;
  for (const float value : values)
    total += value;
  return total;
}

bool equal(const std::vector<float>& a, const std::vector<float>& b, float tolerance = 1e-5F) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](float x, float y) { return std::abs(x - y) <= tolerance; });
}

}  // namespace

TEST_CASE("looking into a memory changes neither values nor what is carried", "[inspect]") {
  for (const auto& kind : kKinds) {
    INFO(kind);
    Walk walk(maze_with(kind));
    walk.go(3);
    auto carried = walk.recurrent_state;
    const auto inspection = walk.policy.inspect(walk.batch(), &walk.recurrent_state).front();
    const auto values = walk.policy.evaluate(walk.batch(), carried).preferences;
    CHECK(equal(inspection.preferences, {values.begin(), values.end()}));
    REQUIRE(inspection.after.same_layout(carried));
    CHECK(equal(inspection.after.values, carried.values));
  }
}

TEST_CASE("every kind of memory shows what it has", "[inspect]") {
  for (const auto& kind : kKinds) {
    INFO(kind);
    Walk walk(maze_with(kind));
    walk.go(3);
    const auto view = walk.view();
    CHECK(view.kind == kind);
    CHECK(view.bytes == walk.recurrent_state.bytes() - sizeof(std::int64_t) - sizeof(float));
    CHECK(view.parts == walk.policy.network().state_names());
    const bool slots = kind == "ntm" || kind == "dnc" || kind == "mann";
    CHECK(view.slots == (slots ? 5 : 0));
    CHECK(view.before.size() == (slots ? 20U : 0U));
    CHECK(view.units.has_value() == (kind == "lstm" || kind == "gru"));
    CHECK(view.dnc.has_value() == (kind == "dnc"));
    CHECK(view.usage.size() == (kind == "mann" ? 5U : 0U));
    CHECK(view.kept.has_value() == (kind == "memory_bank" || kind == "temporal" || kind == "transformer"));
    if (view.units) {
      CHECK(view.units->gates.size() == view.units->gate_names.size() * 8);
      CHECK(sum(view.units->change) != 0);
    }
    if (view.kept) {
      CHECK(view.kept->ages == (kind == "memory_bank" ? std::vector<int>{-1, 3, 2, 1} : std::vector<int>{3, 2, 1, 0}));
      CHECK(near(sum(view.kept->weights), static_cast<double>(view.kept->heads), 1e-4));
    }
    if (view.dnc) {
      CHECK(view.dnc->link.size() == 25);
      CHECK(view.dnc->read_modes.size() == 6);
    }
  }
}

TEST_CASE("the addressing chain shown is the one that is walked", "[inspect]") {
  Walk walk(maze_with("ntm"));
  walk.go(4);
  const auto view = walk.view();
  REQUIRE(view.heads.size() == 3);
  for (const auto& head : view.heads) {
    double total = 0;
    std::vector<double> content;
    for (const float similarity : head.similarity)
      total += content.emplace_back(std::exp(static_cast<double>(head.beta * similarity)));
    std::vector<double> interpolated;
    for (std::size_t i = 0; i < 5; ++i) {
      CHECK(near(head.content[i], content[i] / total, 1e-4));
      interpolated.push_back(head.g * head.content[i] + (1 - head.g) * head.previous[i]);
      CHECK(near(head.interpolated[i], interpolated[i], 1e-5));
    }
    std::vector<double> sharpened;
    total = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      double shifted = 0;
      for (std::size_t o = 0; o < 3; ++o)
        shifted += head.shift[o] * interpolated[(i + 5 + 1 - o) % 5];
      CHECK(near(head.shifted[i], shifted, 1e-5));
      total += sharpened.emplace_back(std::pow(shifted, head.gamma));
    }
    for (std::size_t i = 0; i < 5; ++i)
      CHECK(near(head.sharpened[i], sharpened[i] / total, 1e-4));
  }
  CHECK(equal(view.heads[0].sharpened, {view.read_weights.begin(), view.read_weights.begin() + 5}));
  CHECK(equal(view.heads[2].sharpened, view.write_weights));
}

TEST_CASE("heads set by hand go through the whole chain to the values", "[inspect]") {
  Walk walk(maze_with("ntm"));
  walk.go(4);
  const auto plain = walk.view();
  const auto answer = walk.ask({.heads = {{.head = 1, .g = 1, .gamma = 1, .shift = std::vector<float>{0, 0, 2}},
                                          {.head = 0, .beta = 0, .g = 1}}});
  const auto& uniform = answer.memory->heads[0];
  const auto& head = answer.memory->heads[1];
  for (const float weight : uniform.content)
    CHECK(near(weight, 0.2, 1e-6));
  CHECK(equal(head.interpolated, plain.heads[1].content));
  CHECK(equal(head.sharpened, head.shifted));
  for (std::size_t i = 0; i < 5; ++i)
    CHECK(near(head.shifted[(i + 1) % 5], head.interpolated[i], 1e-6));
  CHECK(equal(answer.memory->heads[2].sharpened, plain.heads[2].sharpened));  // an untouched head
  CHECK_FALSE(equal(answer.after, answer.before, 1e-7F));
}

TEST_CASE("slots are erased and overwritten, once, where one looks", "[inspect]") {
  for (const std::string kind : {"ntm", "dnc", "mann"}) {
    INFO(kind);
    Walk walk(maze_with(kind));
    walk.go(4);
    const auto plain = walk.view();
    const auto answer = walk.ask({.slots = {{2, {}}, {4, {1, -2, 3, -4}}}});
    const auto row = [](const std::vector<float>& matrix, std::size_t slot) {
      return std::vector<float>(matrix.begin() + static_cast<std::ptrdiff_t>(4 * slot),
                                matrix.begin() + static_cast<std::ptrdiff_t>(4 * slot + 4));
    };
    const auto& changed = answer.memory->before;
    CHECK(equal(row(changed, 2), std::vector<float>(4, kind == "ntm" ? 1e-6F : 0.0F), 1e-9F));
    CHECK(row(changed, 4) == std::vector<float>{1, -2, 3, -4});
    CHECK(row(changed, 1) == row(plain.before, 1));
    CHECK(answer.before == walk.ask({}).after);
    CHECK(equal(walk.view().before, plain.before));  // the agent goes on untouched
  }
}

TEST_CASE("frozen writes keep the memory, a silenced read brings back nothing", "[inspect]") {
  for (const auto& kind : kKinds) {
    INFO(kind);
    Walk walk(maze_with(kind));
    walk.go(4);
    auto frozen = walk.recurrent_state;
    walk.policy.evaluate(walk.batch(), frozen, inspect::intervention_of({}, {.freeze_writes = true}));
    const auto names = walk.policy.network().state_names();
    const bool slots = kind == "ntm" || kind == "dnc" || kind == "mann";
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (!slots || names[i] == "memory") CHECK(std::ranges::equal(frozen.part(i), walk.recurrent_state.part(i)));
    }
    if (!slots) continue;
    const auto silent = walk.ask({.silenced = {0}});
    CHECK(std::all_of(silent.memory->reads.begin(), silent.memory->reads.begin() + 4,
                      [](float value) { return value == 0; }));
    CHECK_FALSE(equal(silent.after, silent.before, 1e-8F));
  }
}

TEST_CASE("frozen for many steps, a state keeps its shape whoever attention is asked by", "[inspect]") {
  for (const auto& kind : kKinds) {
    INFO(kind);
    auto h = maze_with(kind);
    h.attention.kind = "dot";
    h.attention.query = "memory";
    Walk walk(h);
    walk.go(2);
    auto carried = walk.recurrent_state;
    for (int i = 0; i < 5; ++i) {
      const auto frozen = inspect::intervention_of({}, {.freeze_writes = true});
      carried = walk.policy.inspect(walk.batch(), &carried, frozen).front().after;
      REQUIRE(carried.layout->parts.size() == walk.policy.network().state_names().size());
      REQUIRE(carried.values.size() == walk.recurrent_state.values.size());
    }
  }
}

TEST_CASE("an exchanged state makes the agent judge as if it had come from there", "[inspect]") {
  for (const auto& kind : kKinds) {
    INFO(kind);
    Walk walk(maze_with(kind));
    walk.go(2);
    const auto other = walk.recurrent_state;
    walk.go(3);
    auto taken = walk.recurrent_state;
    taken.values = other.values;
    const auto expected = walk.policy.evaluate(walk.batch(), taken).preferences;
    const std::vector<float> values(expected.begin(), expected.end());
    CHECK(equal(walk.ask({.exchange = protocol::StateExchange{0, {}}}, &other).after, values));
    CHECK(equal(walk.ask({.exchange = protocol::StateExchange{0, walk.policy.network().state_names()}}, &other).after,
                values));
    const auto part =
        walk.ask({.exchange = protocol::StateExchange{0, {walk.policy.network().state_names().front()}}}, &other);
    CHECK(std::all_of(part.after.begin(), part.after.end(), [](float value) { return std::isfinite(value); }));
  }
}

TEST_CASE("what a memory does not have cannot be supposed of it", "[inspect]") {
  const auto refused = [](const std::string& kind, const MemoryChange& change, const std::string& word) {
    Walk walk(maze_with(kind));
    INFO(kind << " " << word);
    try {
      inspect::require_possible(change, walk.h.memory, walk.policy.begin(1));
    } catch (const core::UserError& error) {
      return std::string(error.what()).find(word) != std::string::npos;
    }
    return false;
  };
  CHECK(refused("ntm", {.slots = {{5, {}}}}, "slot 5"));
  CHECK(refused("ntm", {.slots = {{-1, {}}}}, "slot -1"));
  CHECK(refused("ntm", {.slots = {{1, {1, 2}}}}, "4 numbers"));
  CHECK(refused("ntm", {.slots = {{1, {1, 2, NAN, 4}}}}, "finite"));
  CHECK(refused("ntm", {.silenced = {2}}, "read head 3"));
  CHECK(refused("lstm", {.slots = {{0, {}}}}, "no slots"));
  CHECK(refused("dnc", {.heads = {{.head = 0, .g = 1}}}, "by hand"));
  CHECK(refused("ntm", {.heads = {{.head = 3, .g = 1}}}, "head 4"));
  CHECK(refused("ntm", {.heads = {{.head = 0, .g = 1.5F}}}, "g must"));
  CHECK(refused("ntm", {.heads = {{.head = 0, .gamma = 0.5F}}}, "gamma must"));
  CHECK(refused("ntm", {.heads = {{.head = 0, .beta = NAN}}}, "beta must"));
  CHECK(refused("ntm", {.heads = {{.head = 0, .shift = std::vector<float>{1, 0}}}}, "3 shares"));
  CHECK(refused("ntm", {.heads = {{.head = 0, .shift = std::vector<float>{0, 0, 0}}}}, "3 shares"));
  CHECK(refused("gru", {.exchange = protocol::StateExchange{0, {"c"}}}, "no part 'c'"));
  CHECK(refused("none", {.freeze_writes = true}, "no memory"));
  CHECK_FALSE(refused("lstm", {.freeze_writes = true}, ""));
}

}  // namespace qarium::inspect_memory_test
