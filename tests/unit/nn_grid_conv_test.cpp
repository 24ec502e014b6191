#include <torch/torch.h>

#include "engine/nn/ops/grid_conv_op.hpp"
#include "tests/catch.hpp"

namespace qarium::nn_grid_conv_test {
namespace {

struct Case {
  std::int64_t batch, planes, rows, columns, channels, padding;
  double density;
};

double relative_error(const torch::Tensor& found, const torch::Tensor& expected) {
  return ((found.to(torch::kDouble) - expected).norm() / (expected.norm() + 1e-12)).item<double>();
}

}  // namespace

TEST_CASE("the fused grid convolution agrees with its plain twin in double", "[nn][brief]") {
  torch::manual_seed(3);
  for (const auto& c : {Case{32, 4, 10, 10, 16, 0, 0.1}, Case{3, 4, 10, 10, 16, 1, 1.0}, Case{5, 1, 3, 3, 7, 0, 1.0},
                        Case{2, 3, 4, 6, 33, 1, 0.5}, Case{1, 2, 7, 5, 1, 1, 0.3}}) {
    auto input = torch::randn({c.batch, c.planes, c.rows, c.columns});
    input = torch::where(torch::rand_like(input) < c.density, input, torch::zeros_like(input)).contiguous();
    auto weight = torch::randn({c.channels, c.planes, 3, 3}).requires_grad_();
    auto bias = torch::randn({c.channels}).requires_grad_();
    auto weight64 = weight.detach().to(torch::kDouble).requires_grad_();
    auto bias64 = bias.detach().to(torch::kDouble).requires_grad_();

    const auto fused = nn::grid_conv(input, weight, bias, c.padding);
    const auto plain = nn::grid_conv_plain(input.to(torch::kDouble), weight64, bias64, c.padding);
    REQUIRE(fused.sizes() == plain.sizes());
    CHECK(relative_error(fused, plain) < 1e-5);

    const auto direction = torch::randn_like(plain);
    fused.backward(direction.to(torch::kFloat));
    plain.backward(direction);
    CHECK(relative_error(weight.grad(), weight64.grad()) < 1e-5);
    CHECK(relative_error(bias.grad(), bias64.grad()) < 1e-5);
    {
      const torch::NoGradGuard no_grad;
      CHECK(nn::grid_conv(input, weight, bias, c.padding).equal(fused));
    }
  }
}

TEST_CASE("the plain twin's gradients agree with central differences in double", "[nn]") {
  torch::manual_seed(5);
  const auto input = torch::randn({2, 2, 4, 5}, torch::kDouble);
  auto weight = torch::randn({3, 2, 3, 3}, torch::kDouble).requires_grad_();
  const auto bias = torch::randn({3}, torch::kDouble);
  const auto direction = torch::randn({2, 20, 3}, torch::kDouble);
  const auto value = [&](const torch::Tensor& w) { return (nn::grid_conv_plain(input, w, bias, 1) * direction).sum(); };
  value(weight).backward();
  constexpr double kStep = 1e-6;
  for (std::int64_t i = 0; i < weight.numel(); ++i) {
    auto up = weight.detach().clone();
    auto down = weight.detach().clone();
    up.view(-1)[i] += kStep;
    down.view(-1)[i] -= kStep;
    const double slope = (value(up) - value(down)).item<double>() / (2 * kStep);
    CHECK(weight.grad().view(-1)[i].item<double>() == Approx(slope).epsilon(1e-6).margin(1e-7));
  }
}

TEST_CASE("an input that needs a gradient gets one", "[nn]") {
  auto input = torch::rand({1, 4, 10, 10}).requires_grad_();
  nn::grid_conv(input, torch::randn({16, 4, 3, 3}), torch::randn({16}), 1).sum().backward();
  CHECK(input.grad().abs().sum().item<float>() > 0);
}

}  // namespace qarium::nn_grid_conv_test
