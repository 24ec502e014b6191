// FlatParameters: one storage for all parameters and one for all gradients, which nothing leaves unnoticed.
#include <torch/torch.h>

#include <cstdint>
#include <numeric>
#include <set>
#include <stdexcept>
#include <vector>

#include "engine/agent/network/optimizer.hpp"
#include "engine/nn/flat_parameters.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_flat_parameters_test {
namespace {

/// Layers of odd sizes, so that every slice needs padding.
struct Odd : torch::nn::Module {
  Odd() {
    conv = register_module("conv", torch::nn::Conv2d(torch::nn::Conv2dOptions(3, 5, 3)));
    inner = register_module("inner", torch::nn::Linear(5, 7));
    outer = register_module("outer", torch::nn::Linear(7, 3));
  }
  torch::Tensor forward(const torch::Tensor& x) {
    return outer(torch::tanh(inner(torch::relu(conv(x)).flatten(2).mean(2))));
  }
  torch::nn::Conv2d conv{nullptr};
  torch::nn::Linear inner{nullptr};
  torch::nn::Linear outer{nullptr};
};

std::int64_t elements(const nn::ParameterSlice& slice) {
  return std::accumulate(slice.shape.begin(), slice.shape.end(), std::int64_t{1}, std::multiplies<>());
}

/// The elements that belong to no parameter.
std::vector<std::int64_t> padding(const nn::FlatParameters& flat) {
  std::vector<std::int64_t> places;
  std::int64_t place = 0;
  for (const auto& slice : flat.slices()) {
    for (; place < slice.offset; ++place)
      places.push_back(place);
    place += elements(slice);
  }
  for (; place < flat.size(); ++place)
    places.push_back(place);
  return places;
}

bool zero_at(const torch::Tensor& flat, const std::vector<std::int64_t>& places) {
  bool zero = true;
  for (const auto place : places)
    zero = zero && flat.data_ptr<float>()[place] == 0.0F;
  return zero;
}

std::uintptr_t address(const torch::Tensor& tensor) {
  return reinterpret_cast<std::uintptr_t>(tensor.data_ptr<float>());
}

}  // namespace

TEST_CASE("parameters share one flat storage in 64-byte slices and keep their values") {
  Odd module;
  std::vector<torch::Tensor> before;
  for (const auto& parameter : module.parameters())
    before.push_back(parameter.detach().clone());
  nn::FlatParameters flat(module, torch::kCPU);

  const auto named = module.named_parameters();
  REQUIRE(flat.slices().size() == named.size());
  std::size_t i = 0;
  for (const auto& item : named) {
    const auto& slice = flat.slices()[i];
    INFO(slice.name);
    CHECK(slice.name == item.key());
    CHECK(slice.shape == item.value().sizes().vec());
    CHECK(slice.offset * sizeof(float) % 64 == 0);
    CHECK(address(item.value()) % 64 == 0);
    CHECK(address(item.value()) == address(flat.values()) + static_cast<std::size_t>(slice.offset) * sizeof(float));
    CHECK(address(item.value().grad()) ==
          address(flat.gradients()) + static_cast<std::size_t>(slice.offset) * sizeof(float));
    CHECK(item.value().is_leaf());
    CHECK(item.value().requires_grad());
    CHECK(torch::equal(item.value().detach(), before[i]));
    ++i;
  }
  CHECK(flat.size() % 16 == 0);
  CHECK(padding(flat).size() == 9 + 11 + 13 + 9 + 11 + 13);
  CHECK(zero_at(flat.values(), padding(flat)));
  CHECK_NOTHROW(flat.require_intact());

  flat.values().fill_(0.5);
  for (const auto& parameter : module.parameters())
    CHECK(parameter.detach().eq(0.5).all().item<bool>());
}

TEST_CASE("gradients land in the flat gradient, add up, and are zeroed without leaving it") {
  Odd module;
  nn::FlatParameters flat(module, torch::kCPU);
  const auto input = tests::normal_tensor({4, 3, 6, 6}, 1);
  const auto loss = [&] { return module.forward(input).square().sum(); };
  const auto expected = torch::autograd::grad({loss()}, module.parameters());
  CHECK(flat.gradients().eq(0).all().item<bool>());

  loss().backward();
  const auto check_gradients = [&](double times) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
      const auto& slice = flat.slices()[i];
      INFO(slice.name << " x " << times);
      const auto part = flat.gradients().narrow(0, slice.offset, elements(slice)).view(slice.shape);
      CHECK(torch::allclose(part, expected[i] * times, 1e-5, 1e-7));
      CHECK(expected[i].abs().max().item<float>() > 0);
    }
    CHECK(zero_at(flat.gradients(), padding(flat)));
    CHECK_NOTHROW(flat.require_intact());
  };
  check_gradients(1);
  loss().backward();
  check_gradients(2);
  flat.zero_gradients();
  CHECK(flat.gradients().eq(0).all().item<bool>());
  loss().backward();
  check_gradients(1);
}

TEST_CASE("the padding stays zero through updates of every kind") {
  for (const std::string kind : {"adam", "rmsprop", "rmsprop_centered"}) {
    INFO(kind);
    Odd module;
    Odd other;
    nn::FlatParameters flat(module, torch::kCPU);
    nn::FlatParameters target(other, torch::kCPU);
    agent::Optimizer optimizer(flat);
    config::Hyperparameters h;
    h.optimizer = kind;
    h.learning_rate = 0.01;
    for (std::uint32_t i = 0; i < 20; ++i) {
      flat.zero_gradients();
      module.forward(tests::normal_tensor({4, 3, 6, 6}, i)).square().sum().backward();
      optimizer.step(flat, h);
      agent::update_target(target, flat, 0.3);
    }
    CHECK(zero_at(flat.values(), padding(flat)));
    CHECK(zero_at(flat.gradients(), padding(flat)));
    CHECK(zero_at(target.values(), padding(flat)));
    CHECK(zero_at(optimizer.mean(), padding(flat)));
    CHECK(zero_at(optimizer.square(), padding(flat)));
    CHECK_NOTHROW(flat.require_intact());
  }
}

TEST_CASE("a parameter or gradient that leaves the flat storage is noticed") {
  SECTION("a parameter gets other data") {
    Odd module;
    nn::FlatParameters flat(module, torch::kCPU);
    module.inner->bias.set_data(module.inner->bias.detach().clone());
    CHECK_THROWS_AS(flat.require_intact(), std::logic_error);
    CHECK_THROWS_WITH(flat.require_intact(), ContainsSubstring("inner.bias"));
  }
  SECTION("a gradient is replaced") {
    Odd module;
    nn::FlatParameters flat(module, torch::kCPU);
    module.conv->weight.mutable_grad() = torch::zeros_like(module.conv->weight);
    CHECK_THROWS_WITH(flat.require_intact(), ContainsSubstring("conv.weight"));
  }
  SECTION("a gradient is dropped") {
    Odd module;
    nn::FlatParameters flat(module, torch::kCPU);
    module.outer->bias.mutable_grad() = torch::Tensor();
    CHECK_THROWS_WITH(flat.require_intact(), ContainsSubstring("outer.bias"));
  }
  SECTION("the module is converted") {
    Odd module;
    nn::FlatParameters flat(module, torch::kCPU);
    module.to(torch::kDouble);
    module.to(torch::kFloat);
    CHECK_THROWS_AS(flat.require_intact(), std::logic_error);
  }
}

}  // namespace qarium::nn_flat_parameters_test
