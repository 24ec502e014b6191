// What every memory must keep to.
#include <torch/torch.h>

#include <string>
#include <vector>

#include "engine/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_every_memory_test {

using tests::largest_difference;
using torch::Tensor;

namespace {

/// Each kind, with each of its scores.
std::vector<config::MemoryOptions> all_options() {
  std::vector<config::MemoryOptions> all;
  for (const std::string kind : {"lstm", "gru", "min_gru", "lru", "ntm", "dnc", "mann", "transformer"})
    all.push_back(tests::small_memory(kind));
  for (const std::string kind : {"memory_bank", "temporal"}) {
    for (const std::string score : {"additive", "dot", "scaled_dot", "multi_head"})
      all.push_back(tests::small_memory(kind, score));
  }
  return all;
}

std::string name_of(const config::MemoryOptions& o) {
  return o.kind + ", " + o.score;
}

bool finite(const Tensor& tensor) {
  return tensor.isfinite().all().item<bool>();
}

}  // namespace

TEST_CASE("a sequence of any memory is its steps, whole or cut, and a probe changes nothing", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const auto& o : all_options()) {
    INFO(name_of(o));
    const auto memory = tests::memory_of(o);
    const auto inputs = tests::memory_inputs(9, 3, 71);
    auto state = memory->initial_state(3);
    const auto whole = memory->sequence(inputs, state);
    CHECK(whole.output.sizes().vec() == std::vector<std::int64_t>{9, 3, memory->output_shape()[0]});
    const auto first = memory->sequence(inputs.narrow(0, 0, 4), state);
    const auto second = memory->sequence(inputs.narrow(0, 4, 5), first.state);
    CHECK(largest_difference(torch::cat({first.output, second.output}), whole.output) < 1e-5);
    for (std::int64_t t = 0; t < 9; ++t) {
      nn::Probe probe;
      auto given = state;
      given.push_back(torch::zeros({3, 2}));  // a cell may keep more behind the memory's own
      const auto probed = memory->step(inputs[t], given, &probe);
      const auto step = memory->step(inputs[t], state, nullptr);
      CHECK(largest_difference(step.output, whole.output[t]) < 1e-5);
      // A probed step of the NTM and of the DNC is the plain twin's.
      const bool fused = o.kind == "ntm" || o.kind == "dnc";
      CHECK(largest_difference(probed.output, step.output) <= (fused ? 1e-5 : 0));
      CHECK_FALSE(std::holds_alternative<std::monostate>(probe.memory));
      REQUIRE(probed.state.size() == state.size());
      state = step.state;
    }
    REQUIRE(state.size() == whole.state.size());
    for (std::size_t i = 0; i < state.size(); ++i) {
      CHECK(state[i].dtype() == torch::kFloat);
      CHECK(state[i].size(0) == 3);
      CHECK(largest_difference(state[i], whole.state[i]) < 1e-5);
      CHECK(largest_difference(state[i], second.state[i]) < 1e-5);
    }
  }
}

TEST_CASE("a memory treats each row of a batch as if it were alone", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const auto& o : all_options()) {
    INFO(name_of(o));
    const auto memory = tests::memory_of(o);
    const auto inputs = tests::memory_inputs(8, 4, 72);
    const auto together = tests::outputs_of(*memory, inputs);
    for (std::int64_t b = 0; b < 4; ++b)
      CHECK(largest_difference(together.narrow(1, b, 1), tests::outputs_of(*memory, inputs.narrow(1, b, 1))) < 1e-5);
  }
}

TEST_CASE("the gradients of every memory agree with central differences through a sequence", "[nn]") {
  for (const auto& o : all_options()) {
    if (o.kind == "dnc") continue;  // its own test
    INFO(name_of(o));
    const auto memory = tests::memory_of(o);
    memory->to(torch::kDouble);
    auto state = memory->sequence(tests::memory_inputs(4, 2, 73).to(torch::kDouble), memory->initial_state(2)).state;
    for (auto& tensor : state)
      tensor = tensor.detach().clone(torch::MemoryFormat::Contiguous);
    const bool random_matrix = o.kind == "mann" || o.kind == "ntm";
    if (random_matrix) state[0] = tests::normal_tensor({2, o.slots, o.width}, 74).to(torch::kDouble).requires_grad_();
    if (o.kind == "mann") state[1] = torch::tensor({0.5, 0.1, 0.9, 0.3, 0.7}, torch::kDouble).repeat({2, 1});
    const auto inputs = tests::memory_inputs(6, 2, 75).to(torch::kDouble).requires_grad_();
    const auto direction = tests::normal_tensor({6, 2, memory->output_shape()[0]}, 76).to(torch::kDouble);
    auto leaves = tests::parameters_of(*memory);
    leaves.emplace_back("inputs", inputs);
    if (random_matrix) leaves.emplace_back("matrix", state[0]);
    tests::check_gradients(leaves, [&] { return (memory->sequence(inputs, state).output * direction).sum(); }, 6);
  }
}

TEST_CASE("memories stay finite for 10,000 steps, with one slot and with a reach of one", "[nn][long]") {
  const auto inputs = tests::memory_inputs(500, 2, 77);
  for (auto o : all_options()) {
    for (const bool least : {false, true}) {
      INFO(name_of(o) << (least ? ", the least there can be" : ""));
      if (least) o.slots = o.length = 1;
      const auto memory = tests::memory_of(o);
      {
        const torch::NoGradGuard no_grad;
        auto state = memory->initial_state(2);
        for (std::int64_t t = 0; t < (least ? 1'000 : 10'000); ++t)
          state = memory->step(inputs[t % 500], state, nullptr).state;
        for (const auto& tensor : state)
          CHECK(finite(tensor));
      }
      const auto output = tests::outputs_of(*memory, torch::zeros({5, 2, tests::kInputs}));
      CHECK(finite(output));
      output.square().sum().backward();
      for (const auto& item : memory->named_parameters()) {
        INFO(item.key());
        if (item.value().grad().defined()) CHECK(finite(item.value().grad()));
      }
    }
  }
}

TEST_CASE("heads that do not divide the memory's width are refused where there are heads", "[nn]") {
  auto h = config::preset("catch").hyperparameters;
  h.memory = tests::small_memory("temporal");
  h.memory.heads = 4;
  CHECK_NOTHROW(config::validate(h));
  h.memory.score = "multi_head";
  CHECK_THROWS_WITH(config::validate(h),
                    ContainsSubstring("memory.heads = 4") && ContainsSubstring("memory.hidden = 6"));
  h.memory.kind = "memory_bank";
  CHECK_THROWS_AS(config::validate(h), core::UserError);
  h.memory.kind = "transformer";
  h.memory.score = "dot";
  CHECK_THROWS_AS(config::validate(h), core::UserError);
  h.memory.hidden = 8;
  CHECK_NOTHROW(config::validate(h));
}

}  // namespace qarium::nn_every_memory_test
