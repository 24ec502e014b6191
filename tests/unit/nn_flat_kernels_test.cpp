// The one-pass kernels against torch::optim and plain Torch operations in double.
#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "engine/nn/ops/flat_kernels.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_flat_kernels_test {
namespace {

constexpr int kSteps = 100;
constexpr double kLearningRate = 3e-3;
constexpr double kTolerance = 1e-5;
const std::vector<std::int64_t> kSizes = {1, 7, 15, 16, 17, 63, 129, 1001, 4099};

/// A gradient whose scale differs from element to element and from step to step.
torch::Tensor gradient_at(std::int64_t n, int step) {
  const auto index = static_cast<std::uint32_t>(1000 + step);
  const auto scale = torch::pow(10.0, torch::arange(n, torch::kFloat).remainder(5) - 2);
  return tests::normal_tensor({n}, index) * scale * (1 + step % 3);
}

/// Numbers that begin one element after an aligned address, with guards on both sides.
struct Unaligned {
  explicit Unaligned(const torch::Tensor& values) : storage(torch::full({values.numel() + 2}, kGuard, torch::kFloat)) {
    storage.narrow(0, 1, values.numel()).copy_(values);
  }
  float* data() { return storage.data_ptr<float>() + 1; }
  torch::Tensor values() const { return storage.narrow(0, 1, storage.numel() - 2); }
  bool guarded() const {
    return storage[0].item<float>() == kGuard && storage[storage.numel() - 1].item<float>() == kGuard;
  }
  static constexpr float kGuard = 12345.0F;
  torch::Tensor storage;
};

template <class TorchOptimizer, class Options>
struct Twin {
  Twin(const torch::Tensor& values, const Options& options)
      : parameter(values.to(torch::kDouble).clone().requires_grad_()), optimizer({parameter}, options) {}
  void step(const torch::Tensor& gradient) {
    parameter.mutable_grad() = gradient.to(torch::kDouble);
    optimizer.step();
  }
  torch::Tensor parameter;
  TorchOptimizer optimizer;
};

nn::AdamCoefficients adam_at(int step, double beta1, double beta2, double eps, double scale) {
  return {static_cast<float>(kLearningRate / (1 - std::pow(beta1, step))),
          static_cast<float>(beta1),
          static_cast<float>(beta2),
          static_cast<float>(eps),
          static_cast<float>(1 / std::sqrt(1 - std::pow(beta2, step))),
          static_cast<float>(scale)};
}

}  // namespace

TEST_CASE("adam_step is torch::optim::Adam") {
  for (const auto n : kSizes) {
    for (const double scale : {1.0, 0.25}) {
      INFO(n << " elements, scale " << scale);
      const auto start = tests::normal_tensor({n}, 1);
      Twin<torch::optim::Adam, torch::optim::AdamOptions> twin(
          start, torch::optim::AdamOptions(kLearningRate).betas({0.9, 0.999}).eps(1e-6));
      Unaligned values(start);
      Unaligned mean(torch::zeros({n}));
      Unaligned square(torch::zeros({n}));
      for (int step = 1; step <= kSteps; ++step) {
        Unaligned gradient(gradient_at(n, step));
        nn::adam_step(values.data(), gradient.data(), mean.data(), square.data(), n,
                      adam_at(step, 0.9, 0.999, 1e-6, scale));
        twin.step(gradient_at(n, step) * scale);
      }
      CHECK(tests::relative_difference(values.values(), twin.parameter.detach(), 0.1) < kTolerance);
      CHECK((values.values() - start).abs().max().item<float>() > 1e-3);
      CHECK((values.guarded() && mean.guarded() && square.guarded()));
    }
  }
}

TEST_CASE("rmsprop_step and rmsprop_centered_step are torch::optim::RMSprop") {
  for (const auto n : kSizes) {
    for (const bool centered : {false, true}) {
      for (const double momentum : {0.0, 0.9}) {
        const double scale = momentum > 0 ? 1.0 : 0.25;
        INFO(n << " elements, momentum " << momentum << (centered ? ", centred" : ""));
        const auto start = tests::normal_tensor({n}, 2);
        const auto options =
            torch::optim::RMSpropOptions(kLearningRate).alpha(0.95).eps(1e-2).centered(centered).momentum(momentum);
        Twin<torch::optim::RMSprop, torch::optim::RMSpropOptions> twin(start, options);
        Unaligned values(start);
        Unaligned mean(torch::zeros({n}));
        Unaligned square(torch::zeros({n}));
        Unaligned velocity(torch::zeros({n}));
        auto* of_momentum = momentum > 0 ? velocity.data() : nullptr;
        const nn::RmspropCoefficients c{static_cast<float>(kLearningRate), 0.95F, static_cast<float>(momentum), 1e-2F,
                                        static_cast<float>(scale)};
        for (int step = 1; step <= kSteps; ++step) {
          Unaligned gradient(gradient_at(n, step));
          if (centered) {
            nn::rmsprop_centered_step(values.data(), gradient.data(), mean.data(), square.data(), of_momentum, n, c);
          } else {
            nn::rmsprop_step(values.data(), gradient.data(), square.data(), of_momentum, n, c);
          }
          twin.step(gradient_at(n, step) * scale);
        }
        CHECK(tests::relative_difference(values.values(), twin.parameter.detach(), 0.1) < kTolerance);
        CHECK((values.values() - start).abs().max().item<float>() > 1e-3);
        CHECK((values.guarded() && mean.guarded() && square.guarded() && velocity.guarded()));
      }
    }
  }
}

TEST_CASE("centred RMSprop survives a variance that rounding makes negative") {
  // A constant gradient has variance 0; in floats the difference of two equal numbers may come out below it.
  constexpr std::int64_t kElements = 257;
  auto values = torch::zeros({kElements});
  auto mean = torch::zeros({kElements});
  auto square = torch::zeros({kElements});
  const auto gradient = torch::arange(1, kElements + 1, torch::kFloat) * 0.37F;
  for (int step = 0; step < 500; ++step) {
    nn::rmsprop_centered_step(values.data_ptr<float>(), gradient.data_ptr<float>(), mean.data_ptr<float>(),
                              square.data_ptr<float>(), nullptr, kElements, {1e-3F, 0.95F, 0, 1e-2F, 1.0F});
  }
  CHECK(values.isfinite().all().item<bool>());
}

TEST_CASE("polyak_step is a linear interpolation towards the online values") {
  for (const auto n : kSizes) {
    INFO(n << " elements");
    const auto start = tests::normal_tensor({n}, 3);
    auto twin = start.to(torch::kDouble);
    Unaligned target(start);
    for (int step = 1; step <= kSteps; ++step) {
      const auto values = tests::normal_tensor({n}, static_cast<std::uint32_t>(step));
      Unaligned online(values);
      nn::polyak_step(target.data(), online.data(), n, 0.05F);
      twin.lerp_(values.to(torch::kDouble), static_cast<double>(0.05F));
    }
    CHECK(tests::relative_difference(target.values(), twin, 0.1) < kTolerance);
    CHECK(target.guarded());
  }
}

TEST_CASE("squared_norm is the sum of squares in double") {
  CHECK(nn::squared_norm(nullptr, 0) == 0.0);
  for (const auto n : kSizes) {
    INFO(n << " elements");
    Unaligned values(gradient_at(n, 4) * 1e3);
    const double expected = values.values().to(torch::kDouble).square().sum().item<double>();
    CHECK(nn::squared_norm(values.data(), n) == Approx(expected).epsilon(1e-12));
    values.data()[n - 1] = std::numeric_limits<float>::quiet_NaN();
    CHECK(std::isnan(nn::squared_norm(values.data(), n)));
  }
  // Squares that do not fit a float.
  const std::vector<float> large(100, 1e30F);
  CHECK(nn::squared_norm(large.data(), 100) == Approx(1e62).epsilon(1e-6));
}

TEST_CASE("the instruction set has a name") {
  const std::string name = nn::kernel_instruction_set();
  CHECK((name == "avx512" || name == "avx2" || name == "baseline"));
}

}  // namespace qarium::nn_flat_kernels_test
