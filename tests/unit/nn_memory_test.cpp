// lstm and gru against torch.nn, and what memories report.
#include <torch/torch.h>

#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_memory_test {

using tests::largest_difference;

TEST_CASE("lstm and gru agree with torch.nn, by steps and as a sequence", "[nn]") {
  const auto from = tests::reference_tensors("recurrent.txt");
  for (const std::string kind : {"lstm", "gru"}) {
    INFO(kind);
    auto o = tests::small_memory(kind);
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

TEST_CASE("a memory reports its gates and its addressing", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string kind : {"lstm", "gru", "ntm"}) {
    INFO(kind);
    const auto memory = tests::memory_of(tests::small_memory(kind));
    nn::Probe probe;
    const auto input = tests::normal_tensor({2, tests::kInputs}, 15);
    const auto state = memory->initial_state(2);
    const auto remembered = memory->step(input, state, &probe);
    CHECK(largest_difference(remembered.output, memory->step(input, state, nullptr).output) < 1e-5);
    if (kind == "ntm") {
      CHECK(std::get<nn::NtmReport>(probe.memory).write_weights.sizes().vec() == std::vector<std::int64_t>{2, 1, 5});
      CHECK(largest_difference(std::get<nn::NtmReport>(probe.memory).sharpened.sum(2), torch::ones({2, 3})) < 1e-5);
    } else {
      // The reported gates make the reported state.
      const auto gates = std::get<nn::UnitsReport>(probe.memory).gates;
      const auto h = kind == "lstm" ? gates.select(1, 3) * torch::tanh(gates.select(1, 1) * state[1] +
                                                                       gates.select(1, 0) * gates.select(1, 2))
                                    : (1 - gates.select(1, 1)) * gates.select(1, 2) + gates.select(1, 1) * state[0];
      CHECK(largest_difference(h, remembered.output) < 1e-5);
    }
  }
}

}  // namespace qarium::nn_memory_test
