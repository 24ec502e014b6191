// What hidden layers of Encoder and Head may have: normalisation, dropout, noise.
#include <torch/torch.h>

#include <cmath>
#include <memory>

#include "engine/nn/layers/hidden_activation.hpp"
#include "engine/nn/layers/noisy_linear.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_layers_test {

using torch::Tensor;

namespace {

core::RandomStream stream_of(std::uint32_t index) {
  return {7, core::Purpose::Test, index};
}

nn::HiddenActivation activation_of(torch::nn::Module& owner, bool layer_norm, double dropout) {
  nn::LayerStyle style;
  style.options.layer_norm = layer_norm;
  style.options.dropout = dropout;
  return {owner, "norm0", 6, style};
}

}  // namespace

TEST_CASE("layer normalisation stands before the ReLU, with a gain and a shift that are learned", "[nn]") {
  torch::nn::Module owner;
  auto activation = activation_of(owner, true, 0);
  const torch::NoGradGuard no_grad;
  auto named = owner.named_parameters();
  REQUIRE(named.contains("norm0.weight"));
  named["norm0.weight"].copy_(tests::normal_tensor({6}, 1));
  named["norm0.bias"].copy_(tests::normal_tensor({6}, 2));
  const auto x = 3 * tests::normal_tensor({5, 6}, 3) + 2;
  const auto centred = x - x.mean(1, true);
  const auto normal = centred / torch::sqrt(centred.square().mean(1, true) + 1e-5);
  const auto wanted = torch::relu(normal * named["norm0.weight"] + named["norm0.bias"]);
  CHECK(torch::allclose(activation.forward(x.clone()), wanted, 1e-5, 1e-5));
}

TEST_CASE("dropout leaves out a share of the units and scales the others, and only while it is drawn", "[nn]") {
  torch::nn::Module owner;
  auto activation = activation_of(owner, false, 0.25);
  const auto x = torch::ones({2'000, 6});
  CHECK(torch::equal(activation.forward(x.clone()), x));
  auto stream = stream_of(1);
  activation.draw(stream);
  const auto first = activation.forward(x.clone());
  CHECK((first == 0).to(torch::kFloat).mean().item<double>() == Approx(0.25).margin(0.02));
  CHECK(torch::allclose(first.masked_select(first > 0), torch::tensor(4.0F / 3)));
  auto again = stream_of(1);
  activation.draw(again);
  CHECK(torch::equal(activation.forward(x.clone()), first));
  CHECK_FALSE(torch::equal(activation.forward(x.clone()), first));  // each pass has its own
  activation.settle();
  CHECK(torch::equal(activation.forward(x.clone()), x));
  CHECK_FALSE(activation.has_fused());
}

TEST_CASE("what has no dropout draws nothing", "[nn]") {
  torch::nn::Module owner;
  auto activation = activation_of(owner, true, 0);
  auto stream = stream_of(2);
  activation.draw(stream);
  CHECK(stream == stream_of(2));
  CHECK(activation.has_fused());
}

TEST_CASE("a noisy layer is its mean plus factorised noise of the learned scale", "[nn]") {
  const auto made = std::make_shared<nn::NoisyLinear>(4, 3);
  auto& layer = *made;
  auto stream = stream_of(3);
  const torch::NoGradGuard no_grad;
  nn::initialise(layer, stream);
  const auto parameters = layer.named_parameters();
  CHECK(torch::allclose(parameters["weight_sigma"], torch::full({3, 4}, 0.25)));  // 0.5 / sqrt(4)
  CHECK(torch::allclose(parameters["bias_sigma"], torch::full({3}, 0.25)));
  CHECK(layer.weight.abs().max().item<float>() <= 0.5F);

  const auto x = torch::eye(4);
  const auto mean = layer.forward(x);
  CHECK(torch::equal(layer.noisy_forward(x), mean));
  layer.draw(stream);
  const auto shift = layer.noisy_forward(torch::zeros({1, 4})) - layer.forward(torch::zeros({1, 4}));  // s f(a)
  const auto noise = (layer.noisy_forward(x) - mean - shift) / 0.25;                                   // f(b) f(a)^T
  CHECK(noise.abs().max().item<float>() > 0);
  // Of rank one: every 2 by 2 minor is nothing.
  for (std::int64_t i = 1; i < 4; ++i) {
    for (std::int64_t j = 1; j < 3; ++j) {
      const auto minor = noise[0][0] * noise[i][j] - noise[0][j] * noise[i][0];
      CHECK(std::abs(minor.item<float>()) < 1e-5F);
    }
  }
  layer.settle();
  CHECK(torch::equal(layer.noisy_forward(x), mean));
}

TEST_CASE("the factors of the noise are signed roots of normal numbers", "[nn]") {
  const auto made = std::make_shared<nn::NoisyLinear>(1, 20'000);
  auto& layer = *made;
  auto stream = stream_of(4);
  const torch::NoGradGuard no_grad;
  nn::initialise(layer, stream);
  layer.draw(stream);
  const auto factors = (layer.noisy_forward(torch::zeros({1, 1})) - layer.bias) / 0.5;
  // E f(x) = 0, E f(x)^2 = E |x| = sqrt(2 / pi), E f(x)^4 = E x^2 = 1.
  CHECK(factors.mean().item<double>() == Approx(0).margin(0.02));
  CHECK(factors.square().mean().item<double>() == Approx(std::sqrt(2 / M_PI)).epsilon(0.02));
  CHECK(factors.pow(4).mean().item<double>() == Approx(1).epsilon(0.05));
}

}  // namespace qarium::nn_layers_test
