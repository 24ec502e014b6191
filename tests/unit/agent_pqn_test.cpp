// PQN: lambda-returns against their definition, its loss, RAdam beside PyTorch's, and the learner.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "engine/agent/network/optimizer.hpp"
#include "engine/agent/pqn/lambda_returns.hpp"
#include "engine/agent/pqn/pqn_learner.hpp"
#include "engine/agent/schedules.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_pqn_test {

TEST_CASE("lambda-returns are their recursion as it stands, cut where episodes end", "[agent]") {
  core::RandomStream random(2, core::Purpose::Test, 0);
  agent::Rollout rollout(4, 1, 7);
  for (std::size_t t = 0; t < 7; ++t) {
    rollout.step(t, 0).reward = static_cast<float>(random.normal());
    rollout.step(t, 0).value = static_cast<float>(random.normal());
    rollout.advance();
  }
  rollout.step(1, 0).terminal = rollout.step(1, 0).over = true;
  rollout.step(4, 0).over = true;
  rollout.step(4, 0).final_value = 2.5F;
  const float last[] = {-0.7F};
  for (const double lambda : {0.0, 0.65, 1.0}) {
    const auto found = agent::lambda_returns(rollout, last, 0.9, lambda);
    // As a mixture of n-step returns up to the end of the episode or the rollout.
    for (std::size_t first = 0; first < 7; ++first) {
      double wanted = 0;
      double collected = 0;
      double discount = 1;
      double weight = 1;
      for (std::size_t t = first; t < 7; ++t) {
        const auto& step = rollout.step(t, 0);
        collected += discount * step.reward;
        discount *= 0.9;
        double next = t + 1 < 7 ? rollout.step(t + 1, 0).value : last[0];
        if (step.over) next = step.terminal ? 0 : step.final_value;
        const bool end = step.over || t + 1 == 7;
        wanted += weight * (end ? 1 : 1 - lambda) * (collected + discount * next);
        weight *= lambda;
        if (end) break;
      }
      CAPTURE(lambda, first);
      CHECK_THAT(found[first], Catch::Matchers::WithinAbs(wanted, 1e-5));
    }
  }
}

TEST_CASE("RAdam steps as its paper and PyTorch have it", "[agent]") {
  config::Hyperparameters h;
  h.optimizer = "radam";
  h.learning_rate = 0.01;
  h.optimizer_eps = 1e-8;
  h.max_grad_norm = 1e6;
  torch::nn::Linear linear(5, 3);
  nn::FlatParameters flat(*linear, torch::kCPU);
  agent::Optimizer optimizer(flat);
  // Written out in double beside it.
  auto value = flat.values().to(torch::kDouble).clone();
  auto mean = torch::zeros_like(value);
  auto square = torch::zeros_like(value);
  core::RandomStream random(4, core::Purpose::Test, 0);
  for (int t = 1; t <= 40; ++t) {
    for (std::int64_t i = 0; i < flat.size(); ++i)
      flat.gradients()[i] = linear->weight.numel() > i ? random.normal() : 0.0;
    const auto gradient = flat.gradients().to(torch::kDouble);
    optimizer.step(flat, h);
    mean = 0.9 * mean + 0.1 * gradient;
    square = 0.999 * square + 0.001 * gradient * gradient;
    const auto corrected = mean / (1 - std::pow(0.9, t));
    const double most = 2 / (1 - 0.999) - 1;
    const double rho = most - 2 * t * std::pow(0.999, t) / (1 - std::pow(0.999, t));
    if (rho > 5) {
      const double r = std::sqrt((rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho));
      value = value - 0.01 * r * corrected * std::sqrt(1 - std::pow(0.999, t)) / (square.sqrt() + 1e-8);
    } else {
      value = value - 0.01 * corrected;
    }
    CAPTURE(t, rho);
    REQUIRE((flat.values().to(torch::kDouble) - value).abs().max().item<double>() < 1e-5);
  }
}

TEST_CASE("the learning rate stays, or falls in a straight line to 0", "[agent]") {
  config::Hyperparameters h;
  h.n_timesteps = 1'000;
  h.learning_rate = 0.2;
  CHECK(agent::learning_rate(h, 700) == 0.2);
  h.learning_rate_schedule = "linear";
  CHECK(agent::learning_rate(h, 0) == Approx(0.2));
  CHECK(agent::learning_rate(h, 250) == Approx(0.15));
  CHECK(agent::learning_rate(h, 1'000) == 0);
  CHECK(agent::learning_rate(h, 5'000) == 0);
  agent::PresentHyperparameters present;
  CHECK(present.at(&h, 500).learning_rate == Approx(0.1));
  CHECK(present.at(&h, 500).gamma == h.gamma);
}

TEST_CASE("PQN goes over rollouts with and without a memory", "[agent]") {
  for (const std::string memory : {"none", "gru"}) {
    auto h = config::defaults_of("pqn");
    h.environment.id = "tmaze_passive";
    h.environment.corridor_length = 4;
    h.n_envs = 4;
    h.n_steps = 16;
    h.batch_size = 32;
    h.eval_freq = 0;
    h.encoder.width = h.head.width = 12;
    h.memory.kind = memory;
    h.memory.hidden = 6;
    train::TrainLoop loop(h, "cpu", nullptr);
    CHECK(loop.learner_status().epsilon == 1);
    while (loop.position().updates < 9)
      loop.tick();
    CHECK(loop.position().environment_steps == 192);  // two rounds of 2 epochs of 2 minibatches, and one more
    CHECK(loop.learner_status().replay_capacity == 0);
  }
}

TEST_CASE("a noisy PQN acts by its noise in place of chance, and is judged by its means", "[agent]") {
  auto h = config::defaults_of("pqn");
  h.environment.id = "CartPole-v1";
  h.n_envs = 4;
  h.n_steps = 16;
  h.batch_size = 32;
  h.eval_freq = 0;
  h.encoder.width = h.head.width = 12;
  h.layers.noisy = true;
  CHECK(config::applies(h, config::parameter("noisy")));
  train::TrainLoop loop(h, "cpu", nullptr);
  CHECK(loop.learner_status().epsilon == 0);
  auto& learner = dynamic_cast<agent::PqnLearner&>(loop.learner());
  auto& policy = learner.network();
  const auto sigma = [&] { return policy.network().named_parameters()["head.q.0.weight_sigma"].clone(); };
  const auto sigma_before = sigma();
  const std::vector<std::byte> state(4 * sizeof(float), std::byte{0x3d});
  const std::span<const std::byte> one[] = {state};
  const auto answer = [&] {
    const auto its = policy.evaluate(one).preferences;
    return std::vector<float>(its.begin(), its.end());
  };
  // Values that acting noted differ from the means', by which the same states are judged.
  while (learner.rollout().filled() < 8)
    loop.tick();
  double apart = 0;
  for (std::size_t t = 0; t < 8; ++t) {
    const std::span<const std::byte> seen[] = {learner.rollout().observation(t, 0)};
    const auto means = policy.evaluate(seen).preferences;
    apart = std::max<double>(apart, std::abs(learner.rollout().step(t, 0).value - *std::ranges::max_element(means)));
  }
  CHECK(apart > 1e-3);
  CHECK(answer() == answer());
  while (loop.position().updates < 9)
    loop.tick();
  CHECK(answer() == answer());
  CHECK_FALSE(torch::equal(sigma(), sigma_before));  // the scale of the noise is learned
}

}  // namespace qarium::agent_pqn_test
