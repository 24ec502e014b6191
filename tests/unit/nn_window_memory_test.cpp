// Memories of limited reach, memory_bank, temporal and transformer, against plain loops.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_window_memory_test {

using tests::largest_difference;
using torch::Tensor;

namespace {

/// The scaled dot of one query [I] over tokens [n, E], by its formula.
Tensor scaled_dot(nn::Memory& memory, const Tensor& query, const Tensor& tokens) {
  const auto q = tests::linear(memory, "pooling.query", query);
  const auto e = torch::mv(tests::linear(memory, "pooling.key", tokens), q) / std::sqrt(static_cast<double>(q.size(0)));
  const auto alpha = e.exp() / e.exp().sum();
  return torch::mv(tests::linear(memory, "pooling.value", tokens).t(), alpha);
}

}  // namespace

TEST_CASE("a memory of limited reach sees neither beyond it nor what is to come", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string kind : {"memory_bank", "temporal", "transformer"}) {
    INFO(kind);
    const auto o = tests::small_memory(kind);
    const auto memory = tests::memory_of(o);
    const auto inputs = tests::memory_inputs(12, 2, 78);
    const auto before = tests::outputs_of(*memory, inputs);
    constexpr std::int64_t kChanged = 4;
    auto others = inputs.clone();
    others[kChanged] += tests::normal_tensor({2, tests::kInputs}, 79);
    const auto after = tests::outputs_of(*memory, others);
    // The pair of a step comes into the bank one step later; blocks reach back one behind the other.
    const auto reach = o.kind == "transformer" ? o.blocks * (tests::kReach - 1) : tests::kReach - 1;
    const auto last = kChanged + (o.kind == "memory_bank" ? tests::kReach : reach);
    for (std::int64_t t = 0; t < 12; ++t) {
      INFO("step " << t);
      const bool seen = t >= kChanged && t <= last;
      CHECK((largest_difference(before[t], after[t]) > 1e-6) == seen);
      if (!seen) CHECK(largest_difference(before[t], after[t]) == 0);
    }
  }
}

TEST_CASE("an empty bank gives zeros, and its first pair all the weight", "[nn]") {
  for (const std::string score : {"additive", "dot", "scaled_dot", "multi_head"}) {
    INFO(score);
    const auto memory = tests::memory_of(tests::small_memory("memory_bank", score));
    const auto inputs = tests::memory_inputs(3, 2, 80);
    nn::Probe probe;
    const auto first = memory->step(inputs[0], memory->initial_state(2), &probe);
    CHECK(first.output.abs().max().item<double>() == 0);
    CHECK(std::get<nn::WindowReport>(probe.memory).weights.abs().max().item<double>() == 0);
    CHECK(std::get<nn::WindowReport>(probe.memory).ages.eq(-1).all().item<bool>());
    first.output.sum().backward();
    for (const auto& parameter : memory->parameters()) {
      if (parameter.grad().defined()) CHECK(parameter.grad().abs().max().item<double>() == 0);
    }
    const auto second = memory->step(inputs[1], first.state, &probe);
    CHECK(second.output.abs().max().item<double>() > 0);
    const std::int64_t heads = score == "multi_head" ? 2 : 1;
    CHECK(std::get<nn::WindowReport>(probe.memory).weights.sizes().vec() ==
          std::vector<std::int64_t>{2, heads, tests::kReach});
    CHECK(largest_difference(std::get<nn::WindowReport>(probe.memory).weights.select(2, tests::kReach - 1),
                             torch::ones({2, heads})) < 1e-6);
    memory->step(inputs[2], second.state, &probe);
    CHECK(largest_difference(std::get<nn::WindowReport>(probe.memory).ages[0], torch::tensor({-1.0, 2.0, 1.0})) == 0);
    CHECK(largest_difference(std::get<nn::WindowReport>(probe.memory).weights.sum(2), torch::ones({2, heads})) < 1e-6);
  }
}

TEST_CASE("the bank holds the last pairs of state and action, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const bool action = GENERATE(true, false);
  auto o = tests::small_memory("memory_bank");
  o.action_input = action;
  const auto width = action ? tests::kInputs : tests::kAttended + 1;
  const auto memory = nn::make_memory(o, width, tests::kAttended);
  nn::initialise(*memory, core::RandomStream(6, core::Purpose::Test, 2));
  auto inputs = tests::memory_inputs(9, 1, 81);
  if (!action) inputs = torch::cat({inputs.narrow(2, 0, tests::kAttended), inputs.narrow(2, tests::kInputs - 1, 1)}, 2);
  const auto in_float = tests::outputs_of(*memory, inputs);
  memory->to(torch::kDouble);
  const auto x = inputs.to(torch::kDouble).squeeze(1);
  const auto outputs = tests::outputs_of(*memory, x.unsqueeze(1));
  std::vector<Tensor> bank;
  for (std::int64_t t = 1; t < 9; ++t) {
    auto pair = x[t - 1].narrow(0, 0, tests::kAttended);
    if (action) pair = torch::cat({pair, x[t].narrow(0, tests::kAttended, tests::kActions)});
    bank.push_back(tests::linear(*memory, "pair", pair));
    if (bank.size() > tests::kReach) bank.erase(bank.begin());
    const auto expected = scaled_dot(*memory, x[t], torch::stack(bank));
    CHECK(largest_difference(outputs[t][0], expected) < 1e-10);
    CHECK(largest_difference(in_float[t][0], expected) < 1e-5);
  }
}

TEST_CASE("temporal attends over the last inputs with positions by age, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto memory = tests::memory_of(tests::small_memory("temporal"));
  const auto inputs = tests::memory_inputs(9, 1, 82);
  const auto in_float = tests::outputs_of(*memory, inputs);
  memory->to(torch::kDouble);
  const auto x = inputs.to(torch::kDouble).squeeze(1);
  const auto outputs = tests::outputs_of(*memory, x.unsqueeze(1));
  const auto ages = memory->named_parameters()["ages.weight"];
  for (std::int64_t t = 0; t < 9; ++t) {
    std::vector<Tensor> tokens;
    for (std::int64_t i = std::max<std::int64_t>(0, t - tests::kReach + 1); i <= t; ++i)
      tokens.push_back(tests::linear(*memory, "tokens", x[i]) + ages[t - i]);
    const auto expected = scaled_dot(*memory, x[t], torch::stack(tokens));
    CHECK(largest_difference(outputs[t][0], expected) < 1e-10);
    CHECK(largest_difference(in_float[t][0], expected) < 1e-5);
  }
}

TEST_CASE("transformer is its blocks over the steps there are, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto o = tests::small_memory("transformer");
  const auto memory = tests::memory_of(o);
  memory->to(torch::kDouble);
  const auto parameters = memory->named_parameters();
  const auto norm = [&](const std::string& name, const Tensor& x) {
    return torch::layer_norm(x, {o.hidden}, parameters[name + ".weight"], parameters[name + ".bias"]);
  };
  constexpr std::int64_t kSteps = 7;
  const auto x = tests::memory_inputs(kSteps, 1, 83).to(torch::kDouble).squeeze(1);
  std::vector<Tensor> stream;
  for (std::int64_t t = 0; t < kSteps; ++t)
    stream.push_back(tests::linear(*memory, "tokens", x[t]));
  std::vector<Tensor> last_weights;
  const auto width = o.hidden / o.heads;
  for (std::int64_t i = 0; i < o.blocks; ++i) {
    const auto block = "block" + std::to_string(i) + ".";
    std::vector<Tensor> next;
    last_weights.clear();
    for (std::int64_t t = 0; t < kSteps; ++t) {
      const auto from = std::max<std::int64_t>(0, t - tests::kReach + 1);
      const auto query =
          tests::linear(*memory, block + "query", norm(block + "norm1", stream[static_cast<std::size_t>(t)]));
      std::vector<Tensor> heads;
      auto weights = torch::zeros({o.heads, tests::kReach}, torch::kDouble);
      for (std::int64_t head = 0; head < o.heads; ++head) {
        const auto part = [&](const Tensor& of) { return of.narrow(0, head * width, width); };
        std::vector<Tensor> e, values;
        for (std::int64_t j = from; j <= t; ++j) {
          const auto normed = norm(block + "norm1", stream[static_cast<std::size_t>(j)]);
          const auto key = tests::linear(*memory, block + "key", normed) + parameters[block + "ages.weight"][t - j];
          e.push_back(part(query).dot(part(key)) / std::sqrt(static_cast<double>(width)));
          values.push_back(part(tests::linear(*memory, block + "value", normed)));
        }
        const auto powers = torch::stack(e).exp();
        const auto alpha = powers / powers.sum();
        weights[head].narrow(0, tests::kReach - alpha.size(0), alpha.size(0)).copy_(alpha);
        heads.push_back(torch::mv(torch::stack(values).t(), alpha));
      }
      last_weights.push_back(weights);
      const auto y = stream[static_cast<std::size_t>(t)] + tests::linear(*memory, block + "output", torch::cat(heads));
      next.push_back(y + tests::linear(*memory, block + "narrow",
                                       tests::linear(*memory, block + "hidden", norm(block + "norm2", y)).relu()));
    }
    stream = next;
  }
  auto state = memory->initial_state(1);
  for (std::int64_t t = 0; t < kSteps; ++t) {
    nn::Probe probe;
    const auto remembered = memory->step(x[t].unsqueeze(0), state, &probe);
    CHECK(largest_difference(remembered.output[0], norm("norm", stream[static_cast<std::size_t>(t)])) < 1e-10);
    CHECK(largest_difference(std::get<nn::WindowReport>(probe.memory).weights[0],
                             last_weights[static_cast<std::size_t>(t)]) < 1e-10);
    CHECK(std::get<nn::WindowReport>(probe.memory).ages[0][tests::kReach - 1].item<double>() == 0);
    state = remembered.state;
  }
}

}  // namespace qarium::nn_window_memory_test
