// Memories: against torch.nn, steps against sequences, and gradients through the whole cell.
#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/network.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

using namespace qarium;
using tests::largest_difference;
using torch::Tensor;

namespace {

const std::vector<std::string> kKinds = {"lstm", "gru", "ntm"};

core::MemoryOptions options(const std::string& kind) {
  core::MemoryOptions o;
  o.kind = kind;
  o.hidden = 5;
  o.slots = 6;
  o.width = 4;
  return o;
}

/// `catch` seen through attention that the memory steers, small.
core::Hyperparameters cell(const std::string& kind, const std::string& query) {
  auto h = core::preset("catch").hyperparameters;
  h.environment.grid_size = 4;
  h.environment.distractors = 2;
  h.encoder.channels = 3;
  h.attention.kind = "scaled_dot";
  h.attention.query = query;
  h.attention.width = 6;
  h.memory = options(kind);
  h.fusion.kind = "gated";
  h.head.width = 7;
  return h;
}

struct Episode {
  Tensor observations;
  nn::Previous previous;
};

Episode episode(std::int64_t steps, std::int64_t batch) {
  auto actions = torch::empty({steps, batch}, torch::kLong);
  for (std::int64_t i = 0; i < actions.numel(); ++i)
    actions.data_ptr<std::int64_t>()[i] = i < batch ? -1 : i % 3;
  return {(tests::normal_tensor({steps, batch, 3, 4, 4}, 11) > 0.7).to(torch::kFloat),
          {actions, tests::normal_tensor({steps, batch}, 12)}};
}

nn::Network network_of(const core::Hyperparameters& h) {
  nn::Network network(h, tests::spec_of(h));
  std::uint32_t index = 0;
  for (const auto stage : core::kStages)
    nn::initialise(network.block(stage), core::RandomStream(4, core::Purpose::Test, index++));
  return network;
}

}  // namespace

TEST_CASE("lstm and gru agree with torch.nn, by steps and as a sequence", "[nn]") {
  const auto from = tests::reference_tensors("recurrent.txt");
  for (const std::string kind : {"lstm", "gru"}) {
    INFO(kind);
    auto o = options(kind);
    o.hidden = 4;
    const auto memory = nn::make_memory(o, 5);
    REQUIRE(tests::adopt(*memory, from, kind + ".") == 4);
    nn::MemoryState state = {from.at(kind + ".first0")};
    if (kind == "lstm") state.push_back(from.at("lstm.first1"));
    const auto inputs = from.at(kind + ".inputs").clone().requires_grad_();
    const auto remembered = memory->sequence(inputs, state);
    remembered.output.square().sum().backward();
    CHECK(largest_difference(remembered.output, from.at(kind + ".outputs")) < 1e-12);
    CHECK(largest_difference(inputs.grad(), from.at(kind + ".inputs_gradient")) < 1e-11);
    for (std::size_t i = 0; i < state.size(); ++i)
      CHECK(largest_difference(remembered.state[i], from.at(kind + ".last" + std::to_string(i))) < 1e-12);
    for (std::int64_t t = 0; t < inputs.size(0); ++t) {
      const auto step = memory->step(inputs[t], state, nullptr);
      CHECK(largest_difference(step.output, from.at(kind + ".outputs")[t]) < 1e-12);
      state = step.state;
    }
  }
}

TEST_CASE("a sequence of the cell is its steps, whoever asks, and a probe changes nothing", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const auto& kind : kKinds) {
    for (const std::string query : {"learned", "memory", "action"}) {
      INFO(kind << ", " << query);
      auto network = network_of(cell(kind, query));
      REQUIRE(network.recurrent());
      const auto [observations, previous] = episode(7, 3);
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
        CHECK(probe["fusion.gate"].defined());
        state = step.state;
      }
      REQUIRE(state.size() == whole.state.size());
      for (std::size_t i = 0; i < state.size(); ++i)
        CHECK(largest_difference(state[i], whole.state[i]) < 1e-5);
      CHECK(largest_difference(network.forward(observations[0]), whole.values[0]) > 0);  // rewards were not 0 there
    }
  }
}

TEST_CASE("gradients through the whole cell agree with central differences", "[nn]") {
  for (const auto& kind : kKinds) {
    for (const std::string query : {"learned", "memory"}) {
      INFO(kind << ", " << query);
      auto network = network_of(cell(kind, query));
      network.to(torch::kDouble);
      auto [observations, previous] = episode(5, 2);
      observations = observations.to(torch::kDouble);
      previous.reward = previous.reward.to(torch::kDouble);
      const auto direction = tests::normal_tensor({5, 2, 3}, 13).to(torch::kDouble);
      const auto loss = [&] {
        auto state = network.initial_state(2);
        // A memory of order 1: at its initial constant addressing by content has next to no gradient.
        if (kind == "ntm") state[0] = tests::normal_tensor({2, 6, 4}, 14).to(torch::kDouble);
        return (network.sequence(observations, previous, state).values * direction).sum();
      };
      loss().backward();
      for (auto& item : network.named_parameters()) {
        INFO(item.key());
        auto& parameter = item.value();
        REQUIRE(parameter.grad().defined());
        const auto gradient = parameter.grad().contiguous();
        const torch::NoGradGuard no_grad;
        for (const std::int64_t at : {std::int64_t{0}, parameter.numel() / 2, parameter.numel() - 1}) {
          auto* value = parameter.data_ptr<double>() + at;
          const double kept = *value;
          constexpr double kStep = 1e-6;
          *value = kept + kStep;
          const double above = loss().item<double>();
          *value = kept - kStep;
          const double below = loss().item<double>();
          *value = kept;
          const double expected = (above - below) / (2 * kStep);
          CHECK(std::abs(gradient.data_ptr<double>()[at] - expected) < 2e-6 * std::max(1.0, std::abs(expected)));
        }
      }
    }
  }
}

TEST_CASE("a memory reports its gates and its addressing", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const auto& kind : kKinds) {
    INFO(kind);
    const auto memory = nn::make_memory(options(kind), 3);
    nn::initialise(*memory, core::RandomStream(4, core::Purpose::Test, 1));
    nn::Probe probe;
    const auto input = tests::normal_tensor({2, 3}, 15);
    const auto state = memory->initial_state(2);
    const auto remembered = memory->step(input, state, &probe);
    CHECK(largest_difference(remembered.output, memory->step(input, state, nullptr).output) < 1e-5);
    if (kind == "ntm") {
      CHECK(probe["memory.write_weights"].sizes().vec() == std::vector<std::int64_t>{2, 1, 6});
      CHECK(largest_difference(probe["memory.sharpened"].sum(2), torch::ones({2, 2})) < 1e-5);
    } else {
      // The reported gates make the reported state.
      const auto gates = probe["memory.gates"];
      const auto h = kind == "lstm" ? gates.select(1, 3) * torch::tanh(gates.select(1, 1) * state[1] +
                                                                       gates.select(1, 0) * gates.select(1, 2))
                                    : (1 - gates.select(1, 1)) * gates.select(1, 2) + gates.select(1, 1) * state[0];
      CHECK(largest_difference(h, remembered.output) < 1e-5);
    }
  }
}

TEST_CASE("the memory's query needs a memory, and the memory's kind a name", "[nn]") {
  auto h = cell("lstm", "memory");
  CHECK_NOTHROW(core::validate(h));
  h.memory.kind = "none";
  CHECK_THROWS_WITH(core::validate(h), ContainsSubstring("attention.query = memory"));
  CHECK_THROWS_AS(nn::make_memory({"lstmm"}, 4), core::UserError);
}

TEST_CASE("without a memory nothing is remembered, and forward is what it was", "[nn]") {
  auto h = cell("none", "learned");
  auto network = network_of(h);
  CHECK_FALSE(network.recurrent());
  CHECK(network.initial_state(3).empty());
  const auto [observations, previous] = episode(4, 2);
  const torch::NoGradGuard no_grad;
  const auto whole = network.sequence(observations, previous, {});
  CHECK(largest_difference(whole.values[2], network.forward(observations[2])) < 1e-6);
}
