// What every memory must keep to, and mann, memory_bank, temporal and transformer against plain loops.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <functional>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/network.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

using namespace qarium;
using tests::largest_difference;
using torch::Tensor;

namespace {

constexpr std::int64_t kAttended = 4;
constexpr std::int64_t kActions = 3;
constexpr std::int64_t kInputs = kAttended + kActions + 1;
constexpr std::int64_t kLength = 3;

core::MemoryOptions options(const std::string& kind, const std::string& score = "scaled_dot") {
  core::MemoryOptions o;
  o.kind = kind;
  o.hidden = 6;
  o.slots = 5;
  o.width = 4;
  o.read_heads = 2;
  o.length = kLength;
  o.score = score;
  o.heads = 2;
  o.blocks = 2;
  o.feedforward = 7;
  return o;
}

std::vector<core::MemoryOptions> all_options() {
  std::vector<core::MemoryOptions> all = {options("dnc"), options("mann"), options("transformer")};
  for (const std::string kind : {"memory_bank", "temporal"}) {
    for (const std::string score : {"additive", "dot", "scaled_dot", "multi_head"})
      all.push_back(options(kind, score));
  }
  return all;
}

std::string name_of(const core::MemoryOptions& o) {
  return o.kind + ", " + o.score;
}

std::shared_ptr<nn::Memory> memory_of(const core::MemoryOptions& o) {
  const auto memory = nn::make_memory(o, kInputs, kAttended);
  nn::initialise(*memory, core::RandomStream(6, core::Purpose::Test, 1));
  return memory;
}

/// [T, B, I]: what is attended to, the previous action, the previous reward.
Tensor episode(std::int64_t steps, std::int64_t batch, std::uint32_t index) {
  auto inputs = tests::normal_tensor({steps, batch, kInputs}, index);
  inputs.narrow(2, kAttended, kActions).zero_();
  for (std::int64_t t = 1; t < steps; ++t) {
    for (std::int64_t b = 0; b < batch; ++b)
      inputs[t][b][kAttended + (5 * t + 3 * b + t * t) % kActions] = 1;
  }
  return inputs;
}

Tensor outputs_of(nn::Memory& memory, const Tensor& inputs) {
  return memory.sequence(inputs, memory.initial_state(inputs.size(1))).output;
}

bool finite(const Tensor& tensor) {
  return tensor.isfinite().all().item<bool>();
}

/// W x + b with the parameters that stand under `name`, x [..., I].
Tensor linear(nn::Memory& memory, const std::string& name, const Tensor& x) {
  const auto parameters = memory.named_parameters();
  const auto* bias = parameters.find(name + ".bias");
  return torch::linear(x, parameters[name + ".weight"], bias == nullptr ? Tensor() : *bias);
}

/// The scaled dot of one query [I] over tokens [n, E], by its formula.
Tensor scaled_dot(nn::Memory& memory, const Tensor& query, const Tensor& tokens) {
  const auto q = linear(memory, "scorer.query", query);
  const auto e = torch::mv(linear(memory, "scorer.key", tokens), q) / std::sqrt(static_cast<double>(q.size(0)));
  const auto alpha = e.exp() / e.exp().sum();
  return torch::mv(linear(memory, "scorer.value", tokens).t(), alpha);
}

}  // namespace

TEST_CASE("a sequence of any memory is its steps, whole or cut, and a probe changes nothing", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const auto& o : all_options()) {
    INFO(name_of(o));
    const auto memory = memory_of(o);
    const auto inputs = episode(9, 3, 71);
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
      CHECK(largest_difference(probed.output, step.output) == 0);
      CHECK_FALSE(probe.arrays().empty());
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
    const auto memory = memory_of(o);
    const auto inputs = episode(8, 4, 72);
    const auto together = outputs_of(*memory, inputs);
    for (std::int64_t b = 0; b < 4; ++b)
      CHECK(largest_difference(together.narrow(1, b, 1), outputs_of(*memory, inputs.narrow(1, b, 1))) < 1e-5);
  }
}

TEST_CASE("the gradients of every memory agree with central differences through a sequence", "[nn]") {
  for (const auto& o : all_options()) {
    if (o.kind == "dnc") continue;  // its own test
    INFO(name_of(o));
    const auto memory = memory_of(o);
    memory->to(torch::kDouble);
    auto state = memory->sequence(episode(4, 2, 73).to(torch::kDouble), memory->initial_state(2)).state;
    for (auto& tensor : state)
      tensor = tensor.detach().clone(torch::MemoryFormat::Contiguous);
    if (o.kind == "mann") {
      state[0] = tests::normal_tensor({2, o.slots, o.width}, 74).to(torch::kDouble);
      state[1] = torch::tensor({0.5, 0.1, 0.9, 0.3, 0.7}, torch::kDouble).repeat({2, 1});
      state[0].requires_grad_();
    }
    const auto inputs = episode(6, 2, 75).to(torch::kDouble).requires_grad_();
    const auto direction = tests::normal_tensor({6, 2, memory->output_shape()[0]}, 76).to(torch::kDouble);
    auto leaves = tests::parameters_of(*memory);
    leaves.emplace_back("inputs", inputs);
    if (o.kind == "mann") leaves.emplace_back("matrix", state[0]);
    tests::check_gradients(
        leaves, [&] { return (memory->sequence(inputs, state).output * direction).sum(); }, 6);
  }
}

TEST_CASE("memories stay finite for 10,000 steps, with one slot and with a reach of one", "[nn]") {
  const auto inputs = episode(500, 2, 77);
  for (auto o : all_options()) {
    for (const bool least : {false, true}) {
      INFO(name_of(o) << (least ? ", the least there can be" : ""));
      if (least) o.slots = o.length = 1;
      const auto memory = memory_of(o);
      {
        const torch::NoGradGuard no_grad;
        auto state = memory->initial_state(2);
        for (std::int64_t t = 0; t < (least ? 1'000 : 10'000); ++t)
          state = memory->step(inputs[t % 500], state, nullptr).state;
        for (const auto& tensor : state)
          CHECK(finite(tensor));
      }
      const auto output = outputs_of(*memory, torch::zeros({5, 2, kInputs}));
      CHECK(finite(output));
      output.square().sum().backward();
      for (const auto& item : memory->named_parameters()) {
        INFO(item.key());
        if (item.value().grad().defined()) CHECK(finite(item.value().grad()));
      }
    }
  }
}

TEST_CASE("a memory of limited reach sees neither beyond it nor what is to come", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const auto& o : all_options()) {
    if (o.kind == "dnc" || o.kind == "mann") continue;
    INFO(name_of(o));
    const auto memory = memory_of(o);
    const auto inputs = episode(12, 2, 78);
    const auto before = outputs_of(*memory, inputs);
    constexpr std::int64_t kChanged = 4;
    auto others = inputs.clone();
    others[kChanged] += tests::normal_tensor({2, kInputs}, 79);
    const auto after = outputs_of(*memory, others);
    // The pair of a step comes into the bank one step later; blocks reach back one behind the other.
    const auto reach = o.kind == "transformer" ? o.blocks * (kLength - 1) : kLength - 1;
    const auto last = kChanged + (o.kind == "memory_bank" ? kLength : reach);
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
    const auto memory = memory_of(options("memory_bank", score));
    const auto inputs = episode(3, 2, 80);
    nn::Probe probe;
    const auto first = memory->step(inputs[0], memory->initial_state(2), &probe);
    CHECK(first.output.abs().max().item<double>() == 0);
    CHECK(probe["memory.bank_weights"].abs().max().item<double>() == 0);
    CHECK(probe["memory.bank_age"].eq(-1).all().item<bool>());
    first.output.sum().backward();
    for (const auto& parameter : memory->parameters()) {
      if (parameter.grad().defined()) CHECK(parameter.grad().abs().max().item<double>() == 0);
    }
    const auto second = memory->step(inputs[1], first.state, &probe);
    CHECK(second.output.abs().max().item<double>() > 0);
    const std::int64_t heads = score == "multi_head" ? 2 : 1;
    CHECK(probe["memory.bank_weights"].sizes().vec() == std::vector<std::int64_t>{2, heads, kLength});
    CHECK(largest_difference(probe["memory.bank_weights"].select(2, kLength - 1), torch::ones({2, heads})) < 1e-6);
    memory->step(inputs[2], second.state, &probe);
    CHECK(largest_difference(probe["memory.bank_age"][0], torch::tensor({-1.0, 2.0, 1.0})) == 0);
    CHECK(largest_difference(probe["memory.bank_weights"].sum(2), torch::ones({2, heads})) < 1e-6);
  }
}

TEST_CASE("the bank holds the last pairs of state and action, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const bool action = GENERATE(true, false);
  auto o = options("memory_bank");
  o.action_input = action;
  const auto width = action ? kInputs : kAttended + 1;
  const auto memory = nn::make_memory(o, width, kAttended);
  nn::initialise(*memory, core::RandomStream(6, core::Purpose::Test, 2));
  auto inputs = episode(9, 1, 81);
  if (!action) inputs = torch::cat({inputs.narrow(2, 0, kAttended), inputs.narrow(2, kInputs - 1, 1)}, 2);
  const auto in_float = outputs_of(*memory, inputs);
  memory->to(torch::kDouble);
  const auto x = inputs.to(torch::kDouble).squeeze(1);
  const auto outputs = outputs_of(*memory, x.unsqueeze(1));
  std::vector<Tensor> bank;
  for (std::int64_t t = 1; t < 9; ++t) {
    auto pair = x[t - 1].narrow(0, 0, kAttended);
    if (action) pair = torch::cat({pair, x[t].narrow(0, kAttended, kActions)});
    bank.push_back(linear(*memory, "pair", pair));
    if (bank.size() > kLength) bank.erase(bank.begin());
    const auto expected = scaled_dot(*memory, x[t], torch::stack(bank));
    CHECK(largest_difference(outputs[t][0], expected) < 1e-10);
    CHECK(largest_difference(in_float[t][0], expected) < 1e-5);
  }
}

TEST_CASE("temporal attends over the last inputs with positions by age, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto memory = memory_of(options("temporal"));
  const auto inputs = episode(9, 1, 82);
  const auto in_float = outputs_of(*memory, inputs);
  memory->to(torch::kDouble);
  const auto x = inputs.to(torch::kDouble).squeeze(1);
  const auto outputs = outputs_of(*memory, x.unsqueeze(1));
  const auto ages = memory->named_parameters()["ages.weight"];
  for (std::int64_t t = 0; t < 9; ++t) {
    std::vector<Tensor> tokens;
    for (std::int64_t i = std::max<std::int64_t>(0, t - kLength + 1); i <= t; ++i)
      tokens.push_back(linear(*memory, "tokens", x[i]) + ages[t - i]);
    const auto expected = scaled_dot(*memory, x[t], torch::stack(tokens));
    CHECK(largest_difference(outputs[t][0], expected) < 1e-10);
    CHECK(largest_difference(in_float[t][0], expected) < 1e-5);
  }
}

TEST_CASE("transformer is its blocks over the steps there are, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto o = options("transformer");
  const auto memory = memory_of(o);
  memory->to(torch::kDouble);
  const auto parameters = memory->named_parameters();
  const auto norm = [&](const std::string& name, const Tensor& x) {
    return torch::layer_norm(x, {o.hidden}, parameters[name + ".weight"], parameters[name + ".bias"]);
  };
  constexpr std::int64_t kSteps = 7;
  const auto x = episode(kSteps, 1, 83).to(torch::kDouble).squeeze(1);
  std::vector<Tensor> stream;
  for (std::int64_t t = 0; t < kSteps; ++t)
    stream.push_back(linear(*memory, "tokens", x[t]));
  std::vector<Tensor> last_weights;
  const auto width = o.hidden / o.heads;
  for (std::int64_t i = 0; i < o.blocks; ++i) {
    const auto block = "block" + std::to_string(i) + ".";
    std::vector<Tensor> next;
    last_weights.clear();
    for (std::int64_t t = 0; t < kSteps; ++t) {
      const auto from = std::max<std::int64_t>(0, t - kLength + 1);
      const auto query = linear(*memory, block + "query", norm(block + "norm1", stream[static_cast<std::size_t>(t)]));
      std::vector<Tensor> heads;
      auto weights = torch::zeros({o.heads, kLength}, torch::kDouble);
      for (std::int64_t head = 0; head < o.heads; ++head) {
        const auto part = [&](const Tensor& of) { return of.narrow(0, head * width, width); };
        std::vector<Tensor> e, values;
        for (std::int64_t j = from; j <= t; ++j) {
          const auto normed = norm(block + "norm1", stream[static_cast<std::size_t>(j)]);
          const auto key = linear(*memory, block + "key", normed) + parameters[block + "ages.weight"][t - j];
          e.push_back(part(query).dot(part(key)) / std::sqrt(static_cast<double>(width)));
          values.push_back(part(linear(*memory, block + "value", normed)));
        }
        const auto powers = torch::stack(e).exp();
        const auto alpha = powers / powers.sum();
        weights[head].narrow(0, kLength - alpha.size(0), alpha.size(0)).copy_(alpha);
        heads.push_back(torch::mv(torch::stack(values).t(), alpha));
      }
      last_weights.push_back(weights);
      const auto y = stream[static_cast<std::size_t>(t)] + linear(*memory, block + "output", torch::cat(heads));
      next.push_back(
          y + linear(*memory, block + "narrow", linear(*memory, block + "hidden", norm(block + "norm2", y)).relu()));
    }
    stream = next;
  }
  auto state = memory->initial_state(1);
  for (std::int64_t t = 0; t < kSteps; ++t) {
    nn::Probe probe;
    const auto remembered = memory->step(x[t].unsqueeze(0), state, &probe);
    CHECK(largest_difference(remembered.output[0], norm("norm", stream[static_cast<std::size_t>(t)])) < 1e-10);
    CHECK(largest_difference(probe["memory.window_weights"][0], last_weights[static_cast<std::size_t>(t)]) < 1e-10);
    CHECK(probe["memory.window_age"][0][kLength - 1].item<double>() == 0);
    state = remembered.state;
  }
}

TEST_CASE("mann reads by cosine and writes where it read or where it used least, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto o = options("mann");
  const auto slots = static_cast<std::size_t>(o.slots);
  const auto memory = memory_of(o);
  for (auto& parameter : memory->parameters())
    parameter.mul_(2);
  auto inputs = episode(10, 1, 84);
  auto start = memory->initial_state(1);
  start[0] = tests::normal_tensor({1, o.slots, o.width}, 85);
  start[1] = torch::tensor({{0.5, 0.1, 0.9, 0.3, 0.7}}, torch::kFloat);
  start[2] = torch::softmax(tests::normal_tensor({1, o.read_heads, o.slots}, 86), -1);
  const auto in_float = memory->sequence(inputs, start).output;
  memory->to(torch::kDouble);
  inputs = inputs.to(torch::kDouble);
  for (auto& tensor : start)
    tensor = tensor.to(torch::kDouble);
  const auto outputs = memory->sequence(inputs, start).output;

  std::vector<std::vector<double>> matrix(slots, std::vector<double>(4));
  std::vector<double> usage(slots);
  std::vector<std::vector<double>> read(2, std::vector<double>(slots));
  for (std::size_t i = 0; i < slots; ++i) {
    const auto slot = static_cast<std::int64_t>(i);
    usage[i] = start[1][0][slot].item<double>();
    for (std::int64_t k = 0; k < 4; ++k)
      matrix[i][static_cast<std::size_t>(k)] = start[0][0][slot][k].item<double>();
    for (std::int64_t r = 0; r < 2; ++r)
      read[static_cast<std::size_t>(r)][i] = start[2][0][r][slot].item<double>();
  }
  auto h = torch::zeros({o.hidden}, torch::kDouble);
  auto c = h.clone();
  auto reads = torch::zeros({8}, torch::kDouble);
  for (std::int64_t t = 0; t < 10; ++t) {
    INFO("step " << t);
    const auto gates = (linear(*memory, "controller.input", torch::cat({inputs[t][0], reads})) +
                        linear(*memory, "controller.recurrent", h))
                           .view({4, o.hidden});
    c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh();
    h = gates[3].sigmoid() * c.tanh();
    const auto rows = linear(*memory, "interface", h);
    const auto* numbers = rows.data_ptr<double>();

    std::vector<std::size_t> order(slots);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return usage[a] < usage[b]; });
    std::vector<double> least(slots, 0);
    least[order[0]] = least[order[1]] = 1;
    std::fill(matrix[order[0]].begin(), matrix[order[0]].end(), 0);
    for (auto& used : usage)
      used *= 0.95;
    for (std::size_t r = 0; r < 2; ++r) {
      const double gate = 1 / (1 + std::exp(-numbers[8 + r]));
      for (std::size_t i = 0; i < slots; ++i) {
        const double write = gate * read[r][i] + (1 - gate) * least[i];
        usage[i] += write;
        for (std::size_t k = 0; k < 4; ++k)
          matrix[i][k] += write * numbers[4 * r + k];
      }
    }
    reads = torch::zeros({8}, torch::kDouble);
    for (std::size_t r = 0; r < 2; ++r) {
      const auto* key = numbers + 4 * r;
      const double key_length = std::sqrt(std::inner_product(key, key + 4, key, 1e-16));
      double sum = 0;
      for (std::size_t i = 0; i < slots; ++i) {
        const double length =
            std::sqrt(std::inner_product(matrix[i].begin(), matrix[i].end(), matrix[i].begin(), 1e-16));
        read[r][i] = std::exp(std::inner_product(key, key + 4, matrix[i].begin(), 0.0) / (key_length * length));
        sum += read[r][i];
      }
      for (std::size_t i = 0; i < slots; ++i) {
        read[r][i] /= sum;
        usage[i] += read[r][i];
        for (std::size_t k = 0; k < 4; ++k)
          reads.data_ptr<double>()[4 * r + k] += read[r][i] * matrix[i][k];
      }
    }
    const auto expected = torch::cat({h, reads});
    CHECK(largest_difference(outputs[t][0], expected) < 1e-10);
    CHECK(largest_difference(in_float[t][0], expected) < 1e-5);
  }
}

TEST_CASE("mann fills its slots one after another before it uses one again", "[nn]") {
  const torch::NoGradGuard no_grad;
  auto o = options("mann");
  o.read_heads = 1;
  const auto memory = memory_of(o);
  memory->named_parameters()["interface.bias"][o.width] = -50;  // writes to the least used alone
  auto state = memory->initial_state(1);
  std::vector<bool> written(static_cast<std::size_t>(o.slots));
  for (std::int64_t t = 0; t < o.slots; ++t) {
    nn::Probe probe;
    state = memory->step(tests::normal_tensor({1, kInputs}, 87), state, &probe).state;
    const auto weights = probe["memory.write_weights"][0][0];
    const auto at = weights.argmax().item<std::int64_t>();
    CHECK(weights[at].item<double>() == Approx(1));
    CHECK_FALSE(written[static_cast<std::size_t>(at)]);
    written[static_cast<std::size_t>(at)] = true;
    CHECK(largest_difference(probe["memory.read_weights"].sum(-1), torch::ones({1, 1})) < 1e-5);
  }
}

TEST_CASE("every memory makes a cell with attention that it steers", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string kind : {"dnc", "mann", "memory_bank", "temporal", "transformer"}) {
    for (const std::string query : {"learned", "memory", "action"}) {
      INFO(kind << ", " << query);
      auto h = core::preset("catch").hyperparameters;
      h.environment.grid_size = 4;
      h.encoder.channels = 3;
      h.attention.kind = "scaled_dot";
      h.attention.query = query;
      h.attention.width = 6;
      h.memory = options(kind);
      h.fusion.kind = "gated";
      CHECK_NOTHROW(core::validate(h));
      nn::Network network(h, tests::spec_of(h));
      std::uint32_t index = 0;
      for (const auto stage : core::kStages)
        nn::initialise(network.block(stage), core::RandomStream(4, core::Purpose::Test, index++));
      const auto observations = (tests::normal_tensor({6, 2, 3, 4, 4}, 88) > 0.7).to(torch::kFloat);
      auto actions = torch::arange(12, torch::kLong).remainder(3).view({6, 2});
      actions[0].fill_(-1);
      const nn::Previous previous{actions, tests::normal_tensor({6, 2}, 89)};
      auto state = network.initial_state(2);
      const auto whole = network.sequence(observations, previous, state);
      for (std::int64_t t = 0; t < 6; ++t) {
        const auto step = network.step(observations[t], {actions[t], previous.reward[t]}, state);
        CHECK(largest_difference(step.values, whole.values[t]) < 1e-5);
        state = step.state;
      }
      REQUIRE(state.size() == whole.state.size());
      for (std::size_t i = 0; i < state.size(); ++i)
        CHECK(largest_difference(state[i], whole.state[i]) < 1e-5);
    }
  }
}

TEST_CASE("heads that do not divide the memory's width are refused where there are heads", "[nn]") {
  auto h = core::preset("catch").hyperparameters;
  h.memory = options("temporal");
  h.memory.heads = 4;
  CHECK_NOTHROW(core::validate(h));
  h.memory.score = "multi_head";
  CHECK_THROWS_WITH(core::validate(h), ContainsSubstring("memory.heads = 4") && ContainsSubstring("memory.hidden = 6"));
  h.memory.kind = "memory_bank";
  CHECK_THROWS_AS(core::validate(h), core::UserError);
  h.memory.kind = "transformer";
  h.memory.score = "dot";
  CHECK_THROWS_AS(core::validate(h), core::UserError);
  h.memory.hidden = 8;
  CHECK_NOTHROW(core::validate(h));
}
