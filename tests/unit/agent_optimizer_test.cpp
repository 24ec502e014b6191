// Optimizer against torch::optim with torch::nn::utils::clip_grad_norm_, on a whole network.
#include <torch/torch.h>

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_optimizer_test {
namespace {

config::Hyperparameters options_for(const std::string& kind) {
  auto h = tests::small_cartpole();
  h.optimizer = kind;
  h.learning_rate = 3e-3;
  h.max_grad_norm = 2.0;
  h.adam_beta1 = 0.8;
  h.adam_beta2 = 0.99;
  h.rmsprop_alpha = 0.9;
  h.optimizer_eps = kind == "adam" ? 1e-6 : 1e-2;
  h.encoder.width = 13;
  h.head.width = 11;
  h.head.dueling = true;
  return h;
}

std::unique_ptr<torch::optim::Optimizer> twin_of(const config::Hyperparameters& h,
                                                 const std::vector<torch::Tensor>& parameters) {
  if (h.optimizer == "adam") {
    return std::make_unique<torch::optim::Adam>(
        parameters,
        torch::optim::AdamOptions(h.learning_rate).betas({h.adam_beta1, h.adam_beta2}).eps(h.optimizer_eps));
  }
  return std::make_unique<torch::optim::RMSprop>(parameters, torch::optim::RMSpropOptions(h.learning_rate)
                                                                 .alpha(h.rmsprop_alpha)
                                                                 .eps(h.optimizer_eps)
                                                                 .momentum(h.rmsprop_momentum)
                                                                 .centered(h.optimizer == "rmsprop_centered"));
}

/// A gradient for every parameter whose norm lies now above, now below max_grad_norm. Writes it to the flat gradient
/// too.
std::vector<torch::Tensor> next_gradients(nn::FlatParameters& flat, const std::vector<torch::Tensor>& parameters,
                                          std::uint32_t step) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> gradients;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const auto gradient =
        tests::normal_tensor(parameters[i].sizes().vec(), step * 100 + static_cast<std::uint32_t>(i)) *
        (step % 3 == 0 ? 1.0 : 0.01);
    flat.gradients().narrow(0, flat.slices()[i].offset, gradient.numel()).copy_(gradient.flatten());
    gradients.push_back(gradient.to(torch::kDouble));
  }
  return gradients;
}

}  // namespace

TEST_CASE("100 clipped steps are those of torch::optim on clipped gradients") {
  const std::pair<std::string, double> kinds[] = {
      {"adam", 0}, {"rmsprop", 0}, {"rmsprop", 0.9}, {"rmsprop_centered", 0}, {"rmsprop_centered", 0.9}};
  for (const auto& [kind, momentum] : kinds) {
    INFO(kind << " with momentum " << momentum);
    auto h = options_for(kind);
    h.rmsprop_momentum = momentum;
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
    auto& flat = policy.parameters();
    agent::Optimizer optimizer(flat);
    std::vector<torch::Tensor> parameters;
    for (const auto& parameter : policy.network().parameters()) {
      parameters.push_back(parameter.detach().to(torch::kDouble).clone().requires_grad_());
    }
    const auto start = flat.values().clone();
    const auto twin = twin_of(h, parameters);
    int clipped = 0;
    for (std::uint32_t step = 0; step < 100; ++step) {
      const auto gradients = next_gradients(flat, parameters, step);
      for (std::size_t i = 0; i < parameters.size(); ++i)
        parameters[i].mutable_grad() = gradients[i].clone();
      const double norm = torch::nn::utils::clip_grad_norm_(parameters, h.max_grad_norm);
      REQUIRE(optimizer.step(flat, h) == Approx(norm).epsilon(1e-5));
      twin->step();
      clipped += norm > h.max_grad_norm ? 1 : 0;
    }
    CHECK((clipped > 20 && clipped < 80));
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      INFO(flat.slices()[i].name);
      const auto part = flat.values().narrow(0, flat.slices()[i].offset, parameters[i].numel());
      CHECK(tests::relative_difference(part, parameters[i].detach().flatten(), 0.1) < 1e-5);
    }
    CHECK((flat.values() - start).abs().max().item<float>() > 0.01);
    CHECK(optimizer.steps() == 100);
    CHECK(optimizer.kind() == kind);
    CHECK(optimizer.has_velocity() == (momentum > 0));
  }
}

TEST_CASE("components are clipped to max_grad_value, and then all of them to max_grad_norm") {
  auto h = options_for("rmsprop");
  h.max_grad_value = 0.5;
  h.max_grad_norm = 1e6;
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  agent::NetworkPolicy other(h, tests::spec_of(h), torch::kCPU);
  auto& flat = policy.parameters();
  agent::Optimizer optimizer(flat);
  agent::Optimizer of_clipped(other.parameters());
  const auto gradient = tests::normal_tensor({flat.size()}, 3);
  const auto clipped = gradient.clamp(-0.5, 0.5);
  flat.gradients().copy_(gradient);
  other.parameters().gradients().copy_(clipped);
  CHECK(optimizer.step(flat, h) == Approx(clipped.norm().item<double>()).epsilon(1e-5));
  h.max_grad_value = 1e6;
  of_clipped.step(other.parameters(), h);
  CHECK(tests::equal_bits(flat.values(), other.parameters().values()));

  h.max_grad_value = 0.5;
  h.max_grad_norm = 2;
  flat.gradients().copy_(gradient);
  other.parameters().gradients().copy_(clipped * (2 / clipped.norm()));
  optimizer.step(flat, h);
  of_clipped.step(other.parameters(), h);
  CHECK(tests::relative_difference(flat.values(), other.parameters().values(), 0.1) < 1e-5);
}

TEST_CASE("momentum takes a share of the last step again, and nothing of it once it is 0") {
  auto h = options_for("rmsprop");
  h.rmsprop_momentum = 0.5;
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  auto& flat = policy.parameters();
  agent::Optimizer optimizer(flat);
  flat.gradients().fill_(1e-3);
  optimizer.step(flat, h);
  flat.gradients().zero_();
  for (int i = 1; i < 4; ++i) {
    const auto before = flat.values().clone();
    const auto carried = optimizer.velocity().clone();
    optimizer.step(flat, h);
    CHECK(torch::allclose(before - flat.values(), carried * (h.learning_rate * 0.5), 1e-3, 1e-7));
  }
  h.rmsprop_momentum = 0;
  const auto still = flat.values().clone();
  optimizer.step(flat, h);
  CHECK(tests::equal_bits(flat.values(), still));
  CHECK_FALSE(optimizer.has_velocity());
}

TEST_CASE("hyperparameters are those of the moment") {
  auto h = options_for("rmsprop");
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  auto& flat = policy.parameters();
  agent::Optimizer optimizer(flat);
  flat.gradients().fill_(1e-3);
  h.learning_rate = 1e-2;
  auto before = flat.values().clone();
  optimizer.step(flat, h);
  const auto first = (flat.values() - before).abs().max().item<double>();
  optimizer.square().zero_();
  h.learning_rate = 2e-2;
  before = flat.values().clone();
  optimizer.step(flat, h);
  CHECK((flat.values() - before).abs().max().item<double>() == Approx(2 * first).epsilon(1e-3));
}

TEST_CASE("another kind of optimizer begins with moments of its own") {
  auto h = options_for("adam");
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  agent::NetworkPolicy fresh(h, tests::spec_of(h), torch::kCPU);
  agent::Optimizer optimizer(policy.parameters());
  for (int i = 0; i < 5; ++i) {
    policy.parameters().gradients().fill_(0.5);
    optimizer.step(policy.parameters(), h);
  }
  CHECK(optimizer.steps() == 5);
  fresh.parameters().values().copy_(policy.parameters().values());

  h.optimizer = "rmsprop_centered";
  agent::Optimizer other(fresh.parameters());
  policy.parameters().gradients().fill_(0.01);
  fresh.parameters().gradients().fill_(0.01);
  optimizer.step(policy.parameters(), h);
  other.step(fresh.parameters(), h);
  CHECK(tests::equal_bits(policy.parameters().values(), fresh.parameters().values()));
  CHECK(tests::equal_bits(optimizer.square(), other.square()));
  CHECK(optimizer.steps() == 1);
}

TEST_CASE("a gradient that is not finite changes nothing") {
  for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    const auto h = options_for("adam");
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
    auto& flat = policy.parameters();
    agent::Optimizer optimizer(flat);
    flat.gradients().fill_(0.1);
    optimizer.step(flat, h);
    const auto before = flat.values().clone();
    const auto mean = optimizer.mean().clone();
    flat.gradients()[3] = bad;
    CHECK_FALSE(std::isfinite(optimizer.step(flat, h)));
    CHECK(tests::equal_bits(flat.values(), before));
    CHECK(tests::equal_bits(optimizer.mean(), mean));
    CHECK(optimizer.steps() == 1);
  }
}

TEST_CASE("the target moves the share tau of the way, or becomes the online network") {
  auto h = options_for("adam");
  agent::NetworkPolicy online(h, tests::spec_of(h), torch::kCPU);
  agent::NetworkPolicy target(h, tests::spec_of(h), torch::kCPU, 1);
  const auto start = target.parameters().values().clone();
  agent::update_target(target.parameters(), online.parameters(), 0.25);
  CHECK(torch::allclose(target.parameters().values(), start * 0.75 + online.parameters().values() * 0.25, 1e-6, 1e-7));
  agent::update_target(target.parameters(), online.parameters(), 1.0);
  CHECK(tests::equal_bits(target.parameters().values(), online.parameters().values()));
  CHECK_FALSE(tests::equal_bits(start, online.parameters().values()));
}

TEST_CASE("weight decay takes its share of the weights, beside the gradient, and nothing of biases") {
  auto h = options_for("adam");
  h.weight_decay = 0.1;
  agent::NetworkPolicy decayed(h, tests::spec_of(h), torch::kCPU);
  agent::NetworkPolicy plain(h, tests::spec_of(h), torch::kCPU);
  agent::Optimizer with(decayed.parameters());
  agent::Optimizer without(plain.parameters());
  const auto before = decayed.parameters().values().clone();
  for (auto* policy : {&decayed, &plain})
    policy->parameters().gradients().copy_(tests::normal_tensor({before.numel()}, 4));
  with.step(decayed.parameters(), h);
  h.weight_decay = 0;
  without.step(plain.parameters(), h);
  // AdamW (Loshchilov 2019): the step of Adam from weights that were shrunk first.
  const torch::NoGradGuard no_grad;
  for (const auto& slice : decayed.parameters().slices()) {
    INFO(slice.name);
    std::int64_t n = 1;
    for (const auto extent : slice.shape)
      n *= extent;
    const auto of = [&](const torch::Tensor& all) { return all.narrow(0, slice.offset, n); };
    const auto difference = of(decayed.parameters().values()) - of(plain.parameters().values());
    const bool shrinks = slice.name.ends_with("weight");
    const auto wanted = shrinks ? -h.learning_rate * 0.1 * of(before) : torch::zeros({n});
    CHECK(torch::allclose(difference, wanted, 1e-3, 1e-7));
  }
}

}  // namespace qarium::agent_optimizer_test
