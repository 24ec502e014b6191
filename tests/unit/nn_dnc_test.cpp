// The Differentiable Neural Computer against plain loops in double, its gradients, and what must hold of any weights.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/memory.hpp"
#include "tests/catch.hpp"
#include "tests/unit/dnc_reference.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

namespace qarium::nn_dnc_test {

using tests::largest_difference;
using tests::Row;
using tests::Rows;
using torch::Tensor;

namespace {

constexpr std::int64_t kInputs = 3;

config::MemoryOptions options(const std::string& controller) {
  config::MemoryOptions o;
  o.kind = "dnc";
  o.hidden = 5;
  o.slots = 6;
  o.width = 4;
  o.read_heads = 2;
  o.controller = controller;
  return o;
}

std::shared_ptr<nn::Memory> memory_of(const config::MemoryOptions& o) {
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

double difference(const Tensor& tensor, const Row& expected) {
  const auto numbers = tests::row(tensor);
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
        std::vector<tests::PlainDnc> plain;
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
            const auto expected = its.step(tests::row(inputs[t][b]));
            CHECK(difference(remembered.output[b], expected) < tolerance);
            CHECK(difference(whole.output[t][b], expected) < tolerance);
            CHECK(difference(std::get<nn::DncReport>(probe.memory).allocation[b], its.allocation) < tolerance);
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

TEST_CASE("a probed step of the DNC is what the fused one is, in values and gradients", "[nn]") {
  struct Size {
    std::int64_t slots, width, heads, batch;
  };
  for (const auto type : {torch::kFloat, torch::kDouble}) {
    for (const auto& size : {Size{1, 1, 1, 1}, Size{6, 4, 2, 3}, Size{16, 16, 1, 4}, Size{19, 7, 3, 2}}) {
      // From zero all usages are the same at first but for rounding, which differs from one BLAS to another: the order
      // must not hang on it. (In float it may, where a usage lies between two steps.)
      for (const bool from_zero : {true, false}) {
        if (from_zero && type == torch::kFloat) continue;
        CAPTURE(type, size.slots, size.width, size.heads, from_zero);
        auto o = options("lstm");
        o.slots = size.slots;
        o.width = size.width;
        o.read_heads = size.heads;
        const auto memory = memory_of(o);
        memory->to(type);
        const auto inputs = tests::normal_tensor({5, size.batch, kInputs}, 61).to(type);
        const auto first = from_zero ? memory->initial_state(size.batch) : random_state(*memory, size.batch);
        const auto run = [&](bool probed) {
          memory->zero_grad();
          auto state = first;
          for (auto& its : state)
            its = its.to(type);
          std::vector<Tensor> all;
          for (std::int64_t t = 0; t < 5; ++t) {
            nn::Probe probe;
            auto remembered = memory->step(inputs[t], state, probed ? &probe : nullptr);
            state = remembered.state;
            all.push_back(remembered.output);
          }
          all.insert(all.end(), state.begin(), state.end());
          Tensor loss = torch::zeros({}, type);
          for (std::size_t i = 0; i < all.size(); ++i)
            loss = loss +
                   (all[i] * tests::normal_tensor(all[i].sizes().vec(), 70 + static_cast<std::uint32_t>(i)).to(type))
                       .sum();
          loss.backward();
          for (const auto& parameter : memory->parameters())
            all.push_back(parameter.grad().clone());
          return all;
        };
        const auto fused = run(false);
        const auto plain = run(true);
        const double bound = type == torch::kDouble ? 1e-11 : 2e-4;
        for (std::size_t i = 0; i < fused.size(); ++i) {
          CAPTURE(i);
          CHECK(((fused[i] - plain[i]).abs().max() / (1 + plain[i].abs().max())).item<double>() < bound);
        }
      }
    }
  }
}

TEST_CASE("a DNC whose input is not finite gives no number and goes on", "[nn]") {
  const torch::NoGradGuard no_grad;
  const auto memory = memory_of(options("feedforward"));
  auto inputs = tests::normal_tensor({4, 2, kInputs}, 62).to(torch::kFloat);
  inputs[1][0] = std::numeric_limits<float>::quiet_NaN();
  const auto outputs = memory->sequence(inputs, memory->initial_state(2)).output;
  CHECK(outputs.select(1, 0).narrow(0, 1, 3).isnan().any(1).all().item<bool>());
  CHECK(outputs.select(1, 1).isfinite().all().item<bool>());
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
    const auto& report = std::get<nn::DncReport>(probe.memory);
    for (const auto* value : {&report.matrix, &report.usage, &report.reads, &report.content, &report.read_modes})
      REQUIRE(value->isfinite().all().item<bool>());
    REQUIRE(remembered.output.isfinite().all().item<bool>());
    for (const auto* shares : {&report.write_weights, &report.read_weights, &report.allocation, &report.precedence,
                               &report.forward, &report.backward, &report.link}) {
      check_shares(*shares);
    }
    check_shares(std::get<nn::DncReport>(probe.memory).link, 1);
    CHECK(std::get<nn::DncReport>(probe.memory).link.diagonal(0, 1, 2).abs().max().item<double>() == 0);
    CHECK(std::get<nn::DncReport>(probe.memory).usage.min().item<double>() >= 0);
    CHECK(std::get<nn::DncReport>(probe.memory).usage.max().item<double>() <= 1);
    CHECK(largest_difference(std::get<nn::DncReport>(probe.memory).read_modes.sum(-1), torch::ones({2, 2})) < 1e-5);
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
  const auto link = std::get<nn::DncReport>(probe.memory).link[0];
  auto expected = torch::zeros({6, 6});
  for (int i = 1; i < 4; ++i)
    expected[i][i - 1] = 1;
  CHECK(largest_difference(link, expected) < 1e-6);
  CHECK(std::get<nn::DncReport>(probe.memory).write_weights[0][0].argmax().item<std::int64_t>() == 3);
  CHECK(std::get<nn::DncReport>(probe.memory).precedence[0].argmax().item<std::int64_t>() == 3);
  // After the fourth write slot 1 leads to 2 and comes from 0.
  bias[after_keys + 2] = -50;
  state[5] = torch::one_hot(torch::tensor({1}), 6).to(torch::kFloat).unsqueeze(0);
  memory->step(torch::zeros({1, kInputs}), state, &probe);
  CHECK(largest_difference(std::get<nn::DncReport>(probe.memory).forward[0][0], torch::one_hot(torch::tensor(2), 6)) <
        1e-6);
  CHECK(largest_difference(std::get<nn::DncReport>(probe.memory).backward[0][0], torch::one_hot(torch::tensor(0), 6)) <
        1e-6);
}

}  // namespace qarium::nn_dnc_test
