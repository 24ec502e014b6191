// initialise: PyTorch's default distribution from our own streams.
#include <torch/torch.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string>

#include "engine/agent/network/network_policy.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/memory.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_initialisation_test {
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
  agent::NetworkPolicy policy(h, spec, torch::kCPU, 3);
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
  agent::NetworkPolicy deeper(h, spec, torch::kCPU, 3);
  CHECK(torch::equal(deeper.network().named_parameters()["encoder.linear0.weight"], encoder->weight));
  h.seed = 2;
  agent::NetworkPolicy other(h, spec, torch::kCPU, 3);
  CHECK_FALSE(torch::equal(other.network().named_parameters()["encoder.linear0.weight"], encoder->weight));
}

namespace {

std::shared_ptr<nn::Memory> begun(const std::string& kind, std::int64_t chrono_length) {
  config::MemoryOptions options;
  options.kind = kind;
  options.hidden = 400;
  options.chrono_length = chrono_length;
  auto memory = nn::make_memory(options, 3);
  nn::initialise(*memory, stream(2, 1));
  return memory;
}

/// Of what the cell (or the GRU's units) held, the share that is left after 50 steps without input, by its median.
double kept(nn::Memory& memory) {
  const torch::NoGradGuard no_grad;
  auto state = memory.initial_state(1);
  auto other = state;
  other.back() = torch::ones_like(other.back());
  for (int t = 0; t < 50; ++t) {
    const auto nothing = torch::zeros({1, 3});
    state = memory.step(nothing, state, nullptr).state;
    other = memory.step(nothing, other, nullptr).state;
  }
  return (other.back() - state.back()).abs().median().item<double>();
}

}  // namespace

TEST_CASE("chrono gates begin with all spans up to their length, and nothing else changes", "[nn]") {
  constexpr std::int64_t kLength = 102;
  for (const std::string kind : {"lstm", "gru", "ntm", "dnc", "mann"}) {
    INFO(kind);
    const auto plain = begun(kind, 0);
    const auto chrono = begun(kind, kLength);
    const std::string changed = kind == "ntm"                     ? "controller.bias"
                                : kind == "lstm" || kind == "gru" ? "input.bias"
                                                                  : "controller.input.bias";
    const auto before = plain->named_parameters();
    for (const auto& item : chrono->named_parameters()) {
      INFO(item.key());
      CHECK(item.value().equal(before[item.key()]) == (item.key() != changed));
    }
    const auto bias = chrono->named_parameters()[changed].detach();
    const auto keep = bias.narrow(0, 400, 400);
    check_uniform(keep.exp() - 51, 50);  // U(1, 101)
    const auto admit = bias.narrow(0, 0, 400);
    if (kind == "gru") {
      CHECK(admit.equal(before[changed].narrow(0, 0, 400)));
    } else {
      CHECK(admit.equal(-keep));
    }
    CHECK(bias.narrow(0, 800, bias.size(0) - 800).equal(before[changed].narrow(0, 800, bias.size(0) - 800)));
  }
}

TEST_CASE("a memory with chrono gates still holds after 50 steps what one without has lost", "[nn]") {
  for (const std::string kind : {"lstm", "gru"}) {
    INFO(kind);
    CHECK(kept(*begun(kind, 0)) < 1e-6);
    CHECK(kept(*begun(kind, 100)) > 0.1);
    CHECK(kept(*begun(kind, 1)) < 1e-6);  // no span at all: half open
  }
}

}  // namespace qarium::nn_initialisation_test
