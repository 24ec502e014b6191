// A memory in its cell, with attention that it steers: steps against sequences, and gradients through all of it.
#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_memory_cell_test {

using tests::largest_difference;

TEST_CASE("a sequence of the cell is its steps, whoever asks, and a probe changes nothing", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string kind : {"lstm", "gru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"}) {
    for (const std::string query : {"learned", "memory", "action"}) {
      INFO(kind << ", " << query);
      auto network = tests::network_of(tests::small_cell(tests::small_memory(kind), query));
      REQUIRE(network.recurrent());
      const auto [observations, previous] = tests::cell_episode(7, 3);
      const auto whole = network.sequence(observations, previous, network.initial_state(3));
      CHECK(whole.values.sizes().vec() == std::vector<std::int64_t>{7, 3, 3});
      auto state = network.initial_state(3);
      for (std::int64_t t = 0; t < 7; ++t) {
        const nn::Previous before{previous.action[t], previous.reward[t]};
        nn::Probe probe;
        const auto probed = network.step(observations[t], before, state, &probe);
        const auto step = network.step(observations[t], before, state);
        CHECK(largest_difference(step.values, whole.values[t]) < 1e-5);
        CHECK(largest_difference(probed.values, step.values) < 1e-5);
        CHECK(probe.fusion_gate.defined());
        state = step.state;
      }
      REQUIRE(state.size() == whole.state.size());
      for (std::size_t i = 0; i < state.size(); ++i)
        CHECK(largest_difference(state[i], whole.state[i]) < 1e-5);
      // Rewards were not 0 there; a bank is told them only by its query, and has nothing yet that it could ask for.
      if (kind != "memory_bank") CHECK(largest_difference(network.forward(observations[0]), whole.values[0]) > 0);
    }
  }
}

TEST_CASE("a memory asks every kind of attention, step by step as in a sequence", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string attention : {"additive", "dot", "scaled_dot", "multi_head", "transformer", "hierarchical"}) {
    for (const std::string memory : {"lstm", "gru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"}) {
      INFO(attention << ", " << memory);
      auto h = tests::small_cell(tests::small_memory(memory), "memory");
      h.attention.kind = attention;
      h.attention.width = 8;
      auto network = tests::network_of(h);
      const auto [observations, previous] = tests::cell_episode(5, 2);
      const auto whole = network.sequence(observations, previous, network.initial_state(2));
      auto state = network.initial_state(2);
      for (std::int64_t t = 0; t < 5; ++t) {
        const auto step = network.step(observations[t], {previous.action[t], previous.reward[t]}, state);
        CHECK(largest_difference(step.values, whole.values[t]) < 1e-5);
        state = step.state;
      }
    }
  }
}

TEST_CASE("gradients through the whole cell agree with central differences", "[nn]") {
  for (const std::string kind : {"lstm", "gru", "ntm"}) {
    for (const std::string query : {"learned", "memory"}) {
      INFO(kind << ", " << query);
      auto network = tests::network_of(tests::small_cell(tests::small_memory(kind), query));
      network.to(torch::kDouble);
      auto [observations, previous] = tests::cell_episode(5, 2);
      observations = observations.to(torch::kDouble);
      previous.reward = previous.reward.to(torch::kDouble);
      const auto direction = tests::normal_tensor({5, 2, 3}, 13).to(torch::kDouble);
      const auto loss = [&] {
        auto state = network.initial_state(2);
        // A memory of order 1: at its initial constant addressing by content has next to no gradient.
        if (kind == "ntm") state[0] = tests::normal_tensor({2, 5, 4}, 14).to(torch::kDouble);
        return (network.sequence(observations, previous, state).values * direction).sum();
      };
      const auto leaves = tests::parameters_of(network);
      tests::check_gradients(leaves, loss, 3);
      for (const auto& [name, leaf] : leaves) {
        INFO(name);
        CHECK(leaf.grad().defined());
      }
    }
  }
}

TEST_CASE("the memory's query needs a memory, and the memory's kind a name", "[nn]") {
  auto h = tests::small_cell(tests::small_memory("lstm"), "memory");
  CHECK_NOTHROW(config::validate(h));
  h.memory.kind = "none";
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("attention.query = memory"));
  CHECK_THROWS_AS(nn::make_memory({"lstmm"}, 4), core::UserError);
}

TEST_CASE("without a memory nothing is remembered, and forward is what it was", "[nn]") {
  auto h = tests::small_cell(tests::small_memory("none"), "learned");
  auto network = tests::network_of(h);
  CHECK_FALSE(network.recurrent());
  CHECK(network.initial_state(3).empty());
  const auto [observations, previous] = tests::cell_episode(4, 2);
  const torch::NoGradGuard no_grad;
  const auto whole = network.sequence(observations, previous, {});
  CHECK(largest_difference(whole.values[2], network.forward(observations[2])) < 1e-6);
}

}  // namespace qarium::nn_memory_cell_test
