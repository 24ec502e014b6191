// Networks as written out passes, on a CUDA device as graphs, against the same networks in Torch's operations, and
// against differences in double.
#include <torch/torch.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "tests/catch.hpp"
#include "tests/unit/fused_cases.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_fused_test {

using torch::Tensor;

namespace {

/// The CPU, and a CUDA device where there is one.
std::vector<torch::Device> devices() {
  std::vector<torch::Device> all = {torch::kCPU};
  if (torch::cuda::is_available()) all.emplace_back(torch::kCUDA, 0);
  return all;
}

std::vector<float> slope_of(std::size_t n) {
  const auto all = tests::normal_tensor({static_cast<std::int64_t>(n)}, 8);
  return {all.data_ptr<float>(), all.data_ptr<float>() + n};
}

/// The same network twice, fused and plain.
struct Twins {
  Twins(const config::Hyperparameters& h, torch::Device device)
      : fused(h, tests::spec_of(h), device), plain(h, tests::spec_of(h), device) {
    plain.use_fused(false);
  }

  /// Back through the last pass of each, from one slope with respect to n action values.
  void compare_backward(std::size_t n) {
    for (auto* policy : {&fused, &plain}) {
      auto slope = slope_of(n);
      policy->parameters().zero_gradients();
      policy->passes().backward(slope);
    }
    const auto& a = fused.parameters().gradients();
    const auto& b = plain.parameters().gradients();
    for (const auto& slice : fused.parameters().slices()) {
      std::int64_t its = 1;
      for (const auto extent : slice.shape)
        its *= extent;
      const auto wanted = b.narrow(0, slice.offset, its);
      const auto scale = std::max(1.0, wanted.abs().max().item<double>());
      INFO(slice.name);
      CHECK((a.narrow(0, slice.offset, its) - wanted).abs().max().item<double>() / scale < 1e-4);
    }
  }

  agent::NetworkPolicy fused;
  agent::NetworkPolicy plain;
};

std::vector<float> observed(const config::Hyperparameters& h, std::int64_t n) {
  const auto spec = tests::spec_of(h);
  auto all = tests::normal_tensor({n * spec.observation_space.size()}, 5);
  if (h.encoder.kind == "nature_conv") all = (100 * all).abs().clamp(0, 255).round();
  if (h.encoder.kind == "symbol") {
    all = (15 * all).abs().clamp(0, static_cast<double>(spec.observation_space.symbols() - 1)).round();
  }
  if (h.encoder.kind == "grid_conv") all = (all > 0.8).to(torch::kFloat);  // planes with few cells lit
  return {all.data_ptr<float>(), all.data_ptr<float>() + all.numel()};
}

double difference(std::span<const float> a, std::span<const float> b) {
  double most = a.size() == b.size() ? 0 : 1e9;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
    most = std::max(most, static_cast<double>(std::abs(a[i] - b[i])));
  return most;
}

nn::Previous previous(std::int64_t steps, std::int64_t batch, std::int64_t actions) {
  auto action = torch::arange(steps * batch, torch::kLong).view({steps, batch}).remainder(actions);
  action[0].fill_(-1);
  return {action, tests::normal_tensor({steps, batch}, 4)};
}

void compare_passes(const tests::FusedCase& its, torch::Device device) {
  Twins twins(its.h, device);
  for (const std::int64_t n : {1, 2, 31, 2}) {
    INFO(its.name << ", " << n << " rows, on " << device.str());
    auto seen = observed(its.h, n);
    const auto of_plain = twins.plain.passes().forward(seen, n, true);
    CHECK(difference(twins.fused.passes().forward(seen, n, false), of_plain) < 1e-5);
    CHECK(difference(twins.fused.passes().forward(seen, n, true), of_plain) < 1e-5);
    twins.compare_backward(of_plain.size());
  }
}

void compare_sequences(const tests::FusedCase& its, torch::Device device) {
  Twins twins(its.h, device);
  const std::int64_t steps = 6;
  const std::int64_t batch = 3;
  auto seen = observed(its.h, steps * batch);
  const auto before = previous(steps, batch, twins.fused.actions());
  for (const std::int64_t burn_in : {0, 2, 0}) {
    INFO(its.name << ", burn-in " << burn_in << ", on " << device.str());
    const auto sequence_of = [&](agent::NetworkPolicy& policy) {
      const nn::BurnIn first{burn_in, torch::tensor({true, false, true})};
      return policy.passes().sequence({steps, batch, seen, before, policy.network().initial_state(batch), first}, true);
    };
    const auto a = sequence_of(twins.fused);
    const auto b = sequence_of(twins.plain);
    CHECK(difference(a, b) < 1e-5);
    twins.compare_backward(a.size());
  }
}

void compare_steps(const tests::FusedCase& its, torch::Device device) {
  Twins twins(its.h, device);
  const std::int64_t batch = 3;
  auto seen = observed(its.h, batch);
  const auto before = previous(2, batch, twins.fused.actions());
  const nn::Previous one{before.action[1], before.reward[1]};
  const torch::NoGradGuard no_grad;
  auto state = twins.plain.network().initial_state(batch);
  for (int t = 0; t < 3; ++t) {
    INFO(its.name << ", step " << t << ", on " << device.str());
    const auto a = twins.fused.passes().step(seen, one, state);
    const auto b = twins.plain.passes().step(seen, one, state);
    CHECK(difference(a.values, b.values) < 1e-5);
    REQUIRE(a.state.size() == b.state.size());
    for (std::size_t i = 0; i < a.state.size(); ++i)
      CHECK(torch::allclose(a.state[i], b.state[i], 1e-5, 1e-5));
    state = b.state;
  }
}

/// From the middle of episodes: samples have seen 0, 1, 2 ... steps before the sequence.
void compare_critics(const tests::FusedCase& its, torch::Device device) {
  INFO(its.name << ", on " << device.str());
  Twins twins(its.h, device);
  const std::int64_t steps = 5;
  const std::int64_t batch = 6;
  auto& network = twins.plain.network();
  auto state = network.initial_state(batch);
  for (auto& part : state)
    part = part.to(torch::kCPU);
  auto seen = observed(its.h, batch);
  for (std::int64_t t = 0; t + 1 < batch; ++t) {
    const torch::NoGradGuard no_grad;
    const auto before = previous(2, batch, twins.plain.actions());
    auto after = twins.plain.passes().step(seen, {before.action[1], before.reward[1]}, state).state;
    for (std::size_t i = 0; i < state.size(); ++i)
      state[i] = torch::cat({state[i].narrow(0, 0, t + 1), after[i].narrow(0, t + 1, batch - t - 1).to(torch::kCPU)});
  }
  seen = observed(its.h, steps * batch);
  const auto before = previous(steps, batch, twins.plain.actions());
  for (int pass = 0; pass < 2; ++pass) {
    const nn::SequenceBatch sequences{steps, batch, seen, before, state, {}};
    const auto b = twins.plain.passes().sequence(sequences, true);
    const auto a = twins.fused.passes().sequence(sequences, true);
    CHECK(difference(a, b) < 1e-5);
    twins.compare_backward(a.size());
  }
}

}  // namespace

TEST_CASE("a critic that weighs states does so from any moment of an episode", "[nn]") {
  for (const auto device : devices()) {
    for (const auto& its : tests::fused_cases_with_critic()) {
      compare_passes(its, device);
      compare_sequences(its, device);
      compare_steps(its, device);
      compare_critics(its, device);
    }
  }
}

TEST_CASE("a network as written out passes gives the values and gradients of its plain twin") {
  for (const auto device : devices())
    for (const auto& its : tests::fused_cases())
      compare_passes(its, device);
}

TEST_CASE("a network with a memory does so step by step and over sequences") {
  for (const auto device : devices()) {
    for (const auto& its : tests::fused_cases_with_memory()) {
      compare_sequences(its, device);
      compare_steps(its, device);
    }
  }
}

TEST_CASE("its gradient is that of differences in double") {
  for (const auto& [name, h] : tests::fused_cases()) {
    INFO(name);
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
    const std::int64_t n = 5;
    auto seen = observed(h, n);
    auto slope = slope_of(policy.passes().forward(seen, n, true).size());
    auto shape = policy.network().observation_shape();
    shape.insert(shape.begin(), n);
    const auto input = torch::from_blob(seen.data(), shape, torch::kFloat).to(torch::kDouble);
    const auto down = torch::tensor(slope, torch::kDouble);
    policy.parameters().zero_gradients();
    policy.passes().backward(slope);

    // The plain network in double, moved along one direction.
    nn::Network network(h, tests::spec_of(h));
    const auto direction = tests::normal_tensor({policy.parameters().size()}, 3).to(torch::kDouble);
    const auto loss_at = [&](double by) {
      const torch::NoGradGuard no_grad;
      network.to(torch::kDouble);
      auto named = network.named_parameters();
      for (const auto& slice : policy.parameters().slices()) {
        auto& parameter = named[slice.name];
        const auto its = [&](const Tensor& flat) {
          return flat.narrow(0, slice.offset, parameter.numel()).view(parameter.sizes());
        };
        parameter.set_data(its(policy.parameters().values()).to(torch::kDouble) + by * its(direction));
      }
      return (network.forward(input).flatten() * down).sum().item<double>();
    };
    const double step = 1e-8;  // so short that hardly a unit passes its kink
    const double wanted = (loss_at(step) - loss_at(-step)) / (2 * step);
    const double found = (policy.parameters().gradients().to(torch::kDouble) * direction).sum().item<double>();
    CHECK_THAT(found, Catch::Matchers::WithinRel(wanted, 2e-3) || Catch::Matchers::WithinAbs(wanted, 2e-3));
  }
}

TEST_CASE("after the first pass nothing is asked of the arena any more") {
  nn::Arena arena;
  const auto pass = [&] {
    arena.clear();
    std::vector<float*> places;
    for (const std::int64_t n : {10, 1000, 3, 70'000})
      places.push_back(arena.take(n));
    return places;
  };
  pass();
  const auto second = pass();
  CHECK(pass() == second);
  for (auto* place : second)
    CHECK(reinterpret_cast<std::uintptr_t>(place) % 64 == 0);
}

TEST_CASE("fused can be switched while learning goes on, and both learn the same") {
  auto h = tests::small_cartpole();
  train::TrainLoop fused(h, "cpu", nullptr);
  h.fused = false;
  train::TrainLoop plain(h, "cpu", nullptr);
  const auto until = [](train::TrainLoop& loop, std::int64_t updates) {
    while (loop.position().updates < updates)
      loop.tick();
  };
  until(fused, 20);
  until(plain, 20);
  const auto values = [](train::TrainLoop& loop) {
    return tests::dqn_of(loop).dqn().online().parameters().values().clone();
  };
  CHECK((values(fused) - values(plain)).abs().max().item<double>() < 1e-4);
  CHECK_FALSE(torch::equal(values(fused), values(plain)));
  fused.set("fused", false);
  plain.set("fused", true);
  until(fused, 40);
  until(plain, 40);
  CHECK((values(fused) - values(plain)).abs().max().item<double>() < 1e-3);
}

}  // namespace qarium::nn_fused_test
