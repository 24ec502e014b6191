// The Differentiable Neural Computer against plain loops in double, its gradients, and what must hold of any weights.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/memory.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

using namespace qarium;
using tests::largest_difference;
using torch::Tensor;

namespace {

using Row = std::vector<double>;
using Rows = std::vector<Row>;

constexpr std::int64_t kInputs = 3;

core::MemoryOptions options(const std::string& controller) {
  core::MemoryOptions o;
  o.kind = "dnc";
  o.hidden = 5;
  o.slots = 6;
  o.width = 4;
  o.read_heads = 2;
  o.controller = controller;
  return o;
}

std::shared_ptr<nn::Memory> memory_of(const core::MemoryOptions& o) {
  const auto memory = nn::make_memory(o, kInputs);
  nn::initialise(*memory, core::RandomStream(5, core::Purpose::Test, 1));
  const torch::NoGradGuard no_grad;
  for (auto& parameter : memory->parameters())
    parameter.mul_(2);  // gates and strengths away from their middle
  return memory;
}

/// A state that a step could leave: usages far apart, weights and links that sum to less than 1.
nn::MemoryState random_state(nn::Memory& memory, std::int64_t batch) {
  auto state = memory.initial_state(batch);
  const auto shares = [](const Tensor& like, std::uint32_t index) {
    return 0.8 * torch::softmax(tests::normal_tensor(like.sizes().vec(), index), -1).to(like.dtype());
  };
  const auto slots = state[1].size(1);
  state[0] = tests::normal_tensor(state[0].sizes().vec(), 21).to(state[0].dtype());
  for (std::int64_t b = 0; b < batch; ++b) {
    for (std::int64_t i = 0; i < slots; ++i)
      state[1][b][i] = (static_cast<double>((5 * i + b) % slots) + 0.5) / static_cast<double>(slots + 1);
  }
  state[2] = shares(state[2], 22) / static_cast<double>(slots) * (1 - torch::eye(slots));
  for (std::size_t i = 3; i < 6; ++i)
    state[i] = shares(state[i], 20 + static_cast<std::uint32_t>(i));
  for (std::size_t i = 6; i < state.size(); ++i)
    state[i] = 0.5 * tests::normal_tensor(state[i].sizes().vec(), 20 + static_cast<std::uint32_t>(i));
  for (auto& tensor : state)
    tensor = tensor.to(memory.parameters().front().dtype());
  return state;
}

Row row(const Tensor& tensor) {
  const auto plain = tensor.detach().to(torch::kDouble).contiguous();
  return {plain.data_ptr<double>(), plain.data_ptr<double>() + plain.numel()};
}

Rows rows(const Tensor& tensor) {
  Rows all;
  for (std::int64_t i = 0; i < tensor.size(0); ++i)
    all.push_back(row(tensor[i]));
  return all;
}

double sigmoid(double x) {
  return 1 / (1 + std::exp(-x));
}

double oneplus(double x) {
  return 1 + std::log1p(std::exp(x));
}

Row softmax(Row x) {
  double sum = 0;
  for (auto& value : x)
    sum += value = std::exp(value);
  for (auto& value : x)
    value /= sum;
  return x;
}

/// One environment's DNC, number by number, as the paper's Methods have it.
class PlainDnc {
 public:
  PlainDnc(const core::MemoryOptions& o, nn::Memory& memory, const nn::MemoryState& state, std::int64_t b)
      : options_(o),
        matrix(rows(state[0][b])),
        usage(row(state[1][b])),
        link(rows(state[2][b])),
        precedence(row(state[3][b])),
        write(row(state[4][b])),
        read(rows(state[5][b])),
        reads(rows(state[6][b])) {
    if (o.controller == "lstm") {
      h_ = row(state[7][b]);
      c_ = row(state[8][b]);
    }
    for (const auto& item : memory.named_parameters())
      parameters_[item.key()] = item.value().dim() == 2 ? rows(item.value()) : Rows{row(item.value())};
  }

  /// The output.
  Row step(const Row& input) {
    const auto slots = matrix.size();
    const auto width = matrix[0].size();
    const auto heads = read.size();
    Row x = input;
    for (const auto& one : reads)
      x.insert(x.end(), one.begin(), one.end());
    const auto output = control(x);
    const auto all = linear("interface", output);
    std::size_t at = 0;
    const auto take = [&](std::size_t n) {
      at += n;
      return Row(all.begin() + static_cast<std::ptrdiff_t>(at - n), all.begin() + static_cast<std::ptrdiff_t>(at));
    };
    Rows read_keys;
    for (std::size_t r = 0; r < heads; ++r)
      read_keys.push_back(take(width));
    const auto read_strengths = take(heads);
    const auto write_key = take(width);
    const double write_strength = take(1)[0];
    const auto erase = take(width);
    const auto vector = take(width);
    const auto free = take(heads);
    const double allocation_gate = sigmoid(take(1)[0]);
    const double write_gate = sigmoid(take(1)[0]);
    Rows modes;
    for (std::size_t r = 0; r < heads; ++r)
      modes.push_back(softmax(take(3)));
    REQUIRE(at == all.size());

    for (std::size_t i = 0; i < slots; ++i) {
      double retention = 1;
      for (std::size_t r = 0; r < heads; ++r)
        retention *= 1 - sigmoid(free[r]) * read[r][i];
      usage[i] = (usage[i] + write[i] - usage[i] * write[i]) * retention;
    }
    std::vector<std::size_t> order(slots);
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return usage[a] < usage[b]; });
    allocation.assign(slots, 0);
    double before = 1;
    for (const auto i : order) {
      allocation[i] = (1 - usage[i]) * before;
      before *= usage[i];
    }
    const auto write_content = content(write_key, oneplus(write_strength));
    for (std::size_t i = 0; i < slots; ++i)
      write[i] = write_gate * (allocation_gate * allocation[i] + (1 - allocation_gate) * write_content[i]);
    for (std::size_t i = 0; i < slots; ++i) {
      for (std::size_t k = 0; k < width; ++k)
        matrix[i][k] = matrix[i][k] * (1 - write[i] * sigmoid(erase[k])) + write[i] * vector[k];
    }
    for (std::size_t i = 0; i < slots; ++i) {
      for (std::size_t j = 0; j < slots; ++j)
        link[i][j] = i == j ? 0 : (1 - write[i] - write[j]) * link[i][j] + write[i] * precedence[j];
    }
    const double written = std::accumulate(write.begin(), write.end(), 0.0);
    for (std::size_t i = 0; i < slots; ++i)
      precedence[i] = (1 - written) * precedence[i] + write[i];
    for (std::size_t r = 0; r < heads; ++r) {
      const auto of_content = content(read_keys[r], oneplus(read_strengths[r]));
      const auto previous = read[r];
      for (std::size_t i = 0; i < slots; ++i) {
        double forward = 0;
        double backward = 0;
        for (std::size_t j = 0; j < slots; ++j) {
          forward += link[i][j] * previous[j];
          backward += link[j][i] * previous[j];
        }
        read[r][i] = modes[r][0] * backward + modes[r][1] * of_content[i] + modes[r][2] * forward;
      }
      for (std::size_t k = 0; k < width; ++k) {
        reads[r][k] = 0;
        for (std::size_t i = 0; i < slots; ++i)
          reads[r][k] += read[r][i] * matrix[i][k];
      }
    }
    auto remembered = output;
    for (const auto& one : reads)
      remembered.insert(remembered.end(), one.begin(), one.end());
    return remembered;
  }

 private:
  Row linear(const std::string& name, const Row& x) const {
    auto y = parameters_.at(name + ".bias")[0];
    const auto& weight = parameters_.at(name + ".weight");
    for (std::size_t i = 0; i < y.size(); ++i)
      y[i] += std::inner_product(x.begin(), x.end(), weight[i].begin(), 0.0);
    return y;
  }

  Row control(const Row& x) {
    auto gates = linear("controller.input", x);
    if (options_.controller == "feedforward") {
      for (auto& gate : gates)
        gate = std::tanh(gate);
      return gates;
    }
    const auto recurrent = linear("controller.recurrent", h_);
    for (std::size_t i = 0; i < gates.size(); ++i)
      gates[i] += recurrent[i];
    const auto n = h_.size();
    for (std::size_t i = 0; i < n; ++i) {
      c_[i] = sigmoid(gates[n + i]) * c_[i] + sigmoid(gates[i]) * std::tanh(gates[2 * n + i]);
      h_[i] = sigmoid(gates[3 * n + i]) * std::tanh(c_[i]);
    }
    return h_;
  }

  Row content(const Row& key, double strength) const {
    const auto length = [](const Row& x) {
      return std::sqrt(std::inner_product(x.begin(), x.end(), x.begin(), 1e-16));
    };
    Row scores;
    for (const auto& slot : matrix)
      scores.push_back(strength * std::inner_product(key.begin(), key.end(), slot.begin(), 0.0) /
                       (length(key) * length(slot)));
    return softmax(scores);
  }

  core::MemoryOptions options_;
  std::map<std::string, Rows> parameters_;
  Row h_;
  Row c_;

 public:
  Rows matrix;
  Row usage;
  Rows link;
  Row precedence;
  Row write;
  Rows read;
  Rows reads;
  Row allocation;
};

double difference(const Tensor& tensor, const Row& expected) {
  const auto numbers = row(tensor);
  REQUIRE(numbers.size() == expected.size());
  double worst = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i)
    worst = std::max(worst, std::abs(numbers[i] - expected[i]) / std::max(1.0, std::abs(expected[i])));
  return worst;
}

double difference(const Tensor& tensor, const Rows& expected) {
  Row flat;
  for (const auto& one : expected)
    flat.insert(flat.end(), one.begin(), one.end());
  return difference(tensor, flat);
}

/// The largest sum over `dimension` of what is never negative.
void check_shares(const Tensor& weights, std::int64_t dimension = -1) {
  CHECK(weights.min().item<double>() >= -1e-7);
  CHECK(weights.sum(dimension).max().item<double>() <= 1 + 1e-5);
}

}  // namespace

TEST_CASE("ten steps of the DNC are what a plain loop makes of its equations", "[nn]") {
  const torch::NoGradGuard no_grad;
  for (const std::string controller : {"lstm", "feedforward"}) {
    for (const bool from_zero : {true, false}) {
      for (const auto type : {torch::kDouble, torch::kFloat}) {
        INFO(controller << (from_zero ? ", from zero" : ", from anywhere") << ", " << type);
        const double tolerance = type == torch::kDouble ? 1e-10 : 1e-5;
        const auto o = options(controller);
        const auto memory = memory_of(o);
        memory->to(type);
        const std::int64_t batch = 2;
        auto state = from_zero ? memory->initial_state(batch) : random_state(*memory, batch);
        std::vector<PlainDnc> plain;
        for (std::int64_t b = 0; b < batch; ++b)
          plain.emplace_back(o, *memory, state, b);
        const auto inputs = tests::normal_tensor({10, batch, kInputs}, 31).to(type);
        const auto whole = memory->sequence(inputs, state);
        for (std::int64_t t = 0; t < 10; ++t) {
          nn::Probe probe;
          const auto remembered = memory->step(inputs[t], state, &probe);
          state = remembered.state;
          for (std::int64_t b = 0; b < batch; ++b) {
            INFO("step " << t << ", row " << b);
            auto& its = plain[static_cast<std::size_t>(b)];
            const auto expected = its.step(row(inputs[t][b]));
            CHECK(difference(remembered.output[b], expected) < tolerance);
            CHECK(difference(whole.output[t][b], expected) < tolerance);
            CHECK(difference(probe["memory.allocation"][b], its.allocation) < tolerance);
            CHECK(difference(state[0][b], its.matrix) < tolerance);
            CHECK(difference(state[1][b], its.usage) < tolerance);
            CHECK(difference(state[2][b], its.link) < tolerance);
            CHECK(difference(state[3][b], its.precedence) < tolerance);
            CHECK(difference(state[4][b], its.write) < tolerance);
            CHECK(difference(state[5][b], its.read) < tolerance);
          }
        }
      }
    }
  }
}

TEST_CASE("the DNC's gradients agree with central differences through a sequence", "[nn]") {
  for (const std::string controller : {"lstm", "feedforward"}) {
    INFO(controller);
    const auto memory = memory_of(options(controller));
    memory->to(torch::kDouble);
    auto state = random_state(*memory, 2);
    for (std::size_t i = 0; i < state.size(); ++i)
      state[i] = state[i].detach().requires_grad_();
    const auto inputs = tests::normal_tensor({6, 2, kInputs}, 41).to(torch::kDouble).requires_grad_();
    const auto direction = tests::normal_tensor({6, 2, memory->output_shape()[0]}, 42).to(torch::kDouble);
    const auto loss = [&] { return (memory->sequence(inputs, state).output * direction).sum(); };
    auto of = tests::parameters_of(*memory);
    of.emplace_back("inputs", inputs);
    for (std::size_t i = 0; i < state.size(); ++i)
      of.emplace_back("state " + std::to_string(i), state[i]);
    tests::check_gradients(of, loss, 7);
  }
}

TEST_CASE("the DNC's weights, usage and links keep to their bounds for 10,000 steps", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto memory = memory_of(options("lstm"));
  for (auto& parameter : memory->parameters())
    parameter.mul_(3);
  auto state = memory->initial_state(2);
  const auto inputs = tests::normal_tensor({500, 2, kInputs}, 51);
  for (std::int64_t t = 0; t < 10'000; ++t) {
    const bool checked = t < 50 || t % 500 == 499;
    nn::Probe probe;
    const auto remembered = memory->step(inputs[t % 500], state, checked ? &probe : nullptr);
    state = remembered.state;
    if (!checked) continue;
    INFO("step " << t);
    for (const auto& [name, value] : probe.arrays()) {
      INFO(name);
      REQUIRE(value.isfinite().all().item<bool>());
    }
    REQUIRE(remembered.output.isfinite().all().item<bool>());
    for (const std::string name :
         {"write_weights", "read_weights", "allocation", "precedence", "forward", "backward", "link"}) {
      INFO(name);
      check_shares(probe["memory." + name]);
    }
    check_shares(probe["memory.link"], 1);
    CHECK(probe["memory.link"].diagonal(0, 1, 2).abs().max().item<double>() == 0);
    CHECK(probe["memory.usage"].min().item<double>() >= 0);
    CHECK(probe["memory.usage"].max().item<double>() <= 1);
    CHECK(largest_difference(probe["memory.read_modes"].sum(-1), torch::ones({2, 2})) < 1e-5);
  }
}

TEST_CASE("the DNC is finite with one slot, a zero memory and enormous strengths, and so are its gradients", "[nn]") {
  for (const std::int64_t slots : {1, 6}) {
    for (const double strength : {0.0, 1e4, 1e30}) {
      INFO(slots << " slots, strength " << strength);
      auto o = options("lstm");
      o.slots = slots;
      o.read_heads = 1;
      const auto memory = memory_of(o);
      {
        const torch::NoGradGuard no_grad;
        auto bias = memory->named_parameters()["interface.bias"];
        bias[o.width] = strength;                        // of the read
        bias[2 * o.width + 1] = strength;                // of the write
        if (strength > 0) bias[4 * o.width + 4] = -200;  // nothing is written
      }
      const auto remembered = memory->sequence(tests::normal_tensor({5, 2, kInputs}, 61), memory->initial_state(2));
      remembered.output.sum().backward();
      CHECK(remembered.output.isfinite().all().item<bool>());
      for (const auto& tensor : remembered.state)
        CHECK(tensor.isfinite().all().item<bool>());
      for (const auto& item : memory->named_parameters()) {
        INFO(item.key());
        CHECK(item.value().grad().isfinite().all().item<bool>());
      }
    }
  }
}

TEST_CASE("the DNC follows its links: what was written in a row is read forward and backward in that order", "[nn]") {
  const torch::NoGradGuard no_grad;
  // Written by allocation, one slot after another, then looked at through the link alone.
  auto o = options("feedforward");
  o.read_heads = 1;
  const auto memory = nn::make_memory(o, kInputs);
  for (auto& parameter : memory->parameters())
    parameter.zero_();
  auto bias = memory->named_parameters()["interface.bias"];
  const auto after_keys = 4 * o.width + 2;
  bias[after_keys] = -50;     // frees nothing
  bias[after_keys + 1] = 50;  // writes where allocated
  bias[after_keys + 2] = 50;  // writes whole
  auto state = memory->initial_state(1);
  nn::Probe probe;
  for (int t = 0; t < 4; ++t)
    state = memory->step(torch::zeros({1, kInputs}), state, &probe).state;
  const auto link = probe["memory.link"][0];
  auto expected = torch::zeros({6, 6});
  for (int i = 1; i < 4; ++i)
    expected[i][i - 1] = 1;
  CHECK(largest_difference(link, expected) < 1e-6);
  CHECK(probe["memory.write_weights"][0][0].argmax().item<std::int64_t>() == 3);
  CHECK(probe["memory.precedence"][0].argmax().item<std::int64_t>() == 3);
  // After the fourth write slot 1 leads to 2 and comes from 0.
  bias[after_keys + 2] = -50;
  state[5] = torch::one_hot(torch::tensor({1}), 6).to(torch::kFloat).unsqueeze(0);
  memory->step(torch::zeros({1, kInputs}), state, &probe);
  CHECK(largest_difference(probe["memory.forward"][0][0], torch::one_hot(torch::tensor(2), 6)) < 1e-6);
  CHECK(largest_difference(probe["memory.backward"][0][0], torch::one_hot(torch::tensor(0), 6)) < 1e-6);
}
