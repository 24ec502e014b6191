// initialise: PyTorch's default distribution from our own streams.
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/agent/policy.hpp"
#include "engine/nn/initialisation.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

using namespace qarium;

namespace {

/// Checks that the values are uniform in -bound .. bound: extent, mean, variance and the shares of 16 equal bins.
void check_uniform(const torch::Tensor& parameter, double bound) {
  const auto values = parameter.detach().to(torch::kDouble).flatten().contiguous();
  const auto n = static_cast<double>(values.numel());
  CHECK(values.abs().max().item<double>() <= bound * (1 + 1e-6));
  CHECK(values.abs().max().item<double>() > bound * (1 - 20 / n));
  CHECK(std::abs(values.mean().item<double>()) < 5 * bound / std::sqrt(3 * n));
  std::array<double, 16> counts{};
  for (std::int64_t i = 0; i < values.numel(); ++i) {
    const double share = (values.data_ptr<double>()[i] / bound + 1) / 2;
    ++counts[std::min<std::size_t>(15, static_cast<std::size_t>(share * 16))];
  }
  double chi_square = 0;
  for (const double count : counts)
    chi_square += (count - n / 16) * (count - n / 16) / (n / 16);
  CHECK(chi_square < 15 + 5 * std::sqrt(30.0));
}

core::RandomStream stream(std::uint64_t seed, std::uint32_t index) {
  return {seed, core::Purpose::Initialisation, index};
}

}  // namespace

TEST_CASE("weights and biases are uniform within one over the root of their inputs") {
  torch::nn::Linear linear(100, 300);
  nn::initialise(*linear, stream(1, 0));
  check_uniform(linear->weight, 0.1);
  check_uniform(linear->bias, 0.1);
  torch::nn::Conv2d conv(torch::nn::Conv2dOptions(4, 256, 3));
  nn::initialise(*conv, stream(1, 0));
  check_uniform(conv->weight, 1.0 / 6);
  check_uniform(conv->bias, 1.0 / 6);
}

TEST_CASE("every layer inside a module is drawn, each with numbers of its own") {
  torch::nn::ModuleList deep(torch::nn::Linear(50, 50), torch::nn::ModuleList(torch::nn::Linear(50, 50)));
  {
    const torch::NoGradGuard no_grad;
    for (auto& parameter : deep->parameters())
      parameter.fill_(7);
  }
  nn::initialise(*deep, stream(2, 0));
  const auto named = deep->named_parameters();
  for (const auto& item : named) {
    INFO(item.key());
    CHECK(item.value().abs().max().item<float>() < 0.15F);
  }
  CHECK_FALSE(torch::equal(named["0.weight"], named["1.0.weight"]));
}

TEST_CASE("initialisation is a function of its stream alone") {
  const auto draw = [](std::uint64_t seed, std::uint32_t index) {
    torch::nn::Linear linear(20, 30);
    nn::initialise(*linear, stream(seed, index));
    return linear->weight.detach().clone();
  };
  torch::manual_seed(1);
  const auto first = draw(3, 4);
  torch::manual_seed(2);
  CHECK(tests::equal_bits(first, draw(3, 4)));
  CHECK_FALSE(torch::equal(first, draw(4, 4)));
  CHECK_FALSE(torch::equal(first, draw(3, 5)));
}

TEST_CASE("a policy draws each block from the stream of its seed, block and rebuild") {
  auto h = tests::small_cartpole();
  const auto spec = tests::spec_of(h);
  h.encoder.width = h.head.width = 32;
  agent::Policy policy(h, spec, torch::kCPU, 3);
  torch::nn::Linear encoder(4, 32);
  nn::initialise(*encoder, stream(static_cast<std::uint64_t>(h.seed), 64 * 3 + 0));
  const auto named = policy.network().named_parameters();
  CHECK(torch::equal(named["encoder.linear0.weight"], encoder->weight));
  CHECK(torch::equal(named["encoder.linear0.bias"], encoder->bias));
  torch::nn::Linear head(32, 32);
  nn::initialise(*head, stream(static_cast<std::uint64_t>(h.seed), 64 * 3 + 4));
  CHECK(torch::equal(named["head.q.0.weight"], head->weight));

  // Another head leaves the encoder's draws where they were.
  h.head.layers = 2;
  agent::Policy deeper(h, spec, torch::kCPU, 3);
  CHECK(torch::equal(deeper.network().named_parameters()["encoder.linear0.weight"], encoder->weight));
  h.seed = 2;
  agent::Policy other(h, spec, torch::kCPU, 3);
  CHECK_FALSE(torch::equal(other.network().named_parameters()["encoder.linear0.weight"], encoder->weight));
}
