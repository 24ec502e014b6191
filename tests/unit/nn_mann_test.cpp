// mann, the memory that writes where it read or where it used least, against a plain loop.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include "tests/catch.hpp"
#include "tests/unit/memory_samples.hpp"

namespace qarium::nn_mann_test {

using tests::largest_difference;

TEST_CASE("mann reads by cosine and writes where it read or where it used least, by a plain loop", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto o = tests::small_memory("mann");
  const auto slots = static_cast<std::size_t>(o.slots);
  const auto memory = tests::memory_of(o);
  for (auto& parameter : memory->parameters())
    parameter.mul_(2);
  auto inputs = tests::memory_inputs(10, 1, 84);
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
    const auto gates = (tests::linear(*memory, "controller.input", torch::cat({inputs[t][0], reads})) +
                        tests::linear(*memory, "controller.recurrent", h))
                           .view({4, o.hidden});
    c = gates[1].sigmoid() * c + gates[0].sigmoid() * gates[2].tanh();
    h = gates[3].sigmoid() * c.tanh();
    const auto rows = tests::linear(*memory, "interface", h);
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
  auto o = tests::small_memory("mann");
  o.read_heads = 1;
  const auto memory = tests::memory_of(o);
  memory->named_parameters()["interface.bias"][o.width] = -50;  // writes to the least used alone
  auto state = memory->initial_state(1);
  std::vector<bool> written(static_cast<std::size_t>(o.slots));
  for (std::int64_t t = 0; t < o.slots; ++t) {
    nn::Probe probe;
    state = memory->step(tests::normal_tensor({1, tests::kInputs}, 87), state, &probe).state;
    const auto weights = std::get<nn::MannReport>(probe.memory).write_weights[0][0];
    const auto at = weights.argmax().item<std::int64_t>();
    CHECK(weights[at].item<double>() == Approx(1));
    CHECK_FALSE(written[static_cast<std::size_t>(at)]);
    written[static_cast<std::size_t>(at)] = true;
    CHECK(largest_difference(std::get<nn::MannReport>(probe.memory).read_weights.sum(-1), torch::ones({1, 1})) < 1e-5);
  }
}

}  // namespace qarium::nn_mann_test
