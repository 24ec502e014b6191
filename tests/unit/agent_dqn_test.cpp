// Dqn::update against the same loss written with Torch operations in double and differentiated by autograd.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/replay_oracle.hpp"

namespace qarium::agent_dqn_test {

using Parameters = std::map<std::string, torch::Tensor>;

namespace {

config::Hyperparameters experiment() {
  auto h = tests::small_cartpole();
  h.batch_size = 64;
  h.gamma = 0.97;
  return h;
}

torch::Tensor affine(const Parameters& p, const std::string& name, const torch::Tensor& x) {
  return torch::matmul(x, p.at(name + ".weight").t()) + p.at(name + ".bias");
}

/// The network of `experiment` by hand: one layer of encoder, one hidden layer of head in each stream.
torch::Tensor q_values(const Parameters& p, const torch::Tensor& x, bool dueling) {
  const auto token = torch::relu(affine(p, "encoder.linear0", x));
  const auto stream = [&](const std::string& name) {
    return affine(p, name + ".1", torch::relu(affine(p, name + ".0", token)));
  };
  if (!dueling) return stream("head.q");
  const auto advantage = stream("head.advantage");
  return stream("head.value") + advantage - advantage.mean(1, true);
}

/// Replay of 4 floats an observation, with some of every kind of end.
tests::ReplayOracle filled_replay(const config::Hyperparameters& h) {
  tests::ReplayOracle oracle(16, 300, 1, true);
  oracle.replay().configure(h.n_step, h.prioritized_replay);
  oracle.play(200, 0.1, 2);
  return oracle;
}

torch::Tensor observation_rows(const agent::ReplayBuffer& replay, const std::vector<agent::Transition>& steps,
                               bool next) {
  auto rows = torch::empty({static_cast<std::int64_t>(steps.size()), 4}, torch::kFloat);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    const auto bytes = replay.observation(next ? steps[i].next_slot : steps[i].slot);
    std::memcpy(rows.data_ptr<float>() + 4 * i, bytes.data(), 16);
  }
  return rows.to(torch::kDouble);
}

struct Expected {
  double loss = 0;
  double mean_q = 0;
  std::vector<torch::Tensor> gradients;
  torch::Tensor targets;
  torch::Tensor errors;
  std::int64_t choices_that_differ = 0;
};

/// The loss of METHODS section 4 on a batch, in double.
Expected expected_update(const config::Hyperparameters& h, const agent::ReplayBuffer& replay,
                         const std::vector<agent::Transition>& steps, const tests::ReplayOracle& oracle,
                         const Parameters& online_values, const Parameters& target) {
  Parameters online = online_values;
  std::vector<torch::Tensor> leaves;
  for (auto& [name, value] : online) {
    value = value.clone().requires_grad_();
  }
  const auto samples = oracle.samples(h.n_step, h.gamma);
  const auto n = static_cast<std::int64_t>(steps.size());
  auto rewards = torch::empty({n}, torch::kDouble);
  auto discounts = torch::empty({n}, torch::kDouble);
  auto weights = torch::empty({n}, torch::kDouble);
  auto actions = torch::empty({n}, torch::kLong);
  for (std::int64_t i = 0; i < n; ++i) {
    const auto& sample = samples.at(steps[static_cast<std::size_t>(i)].slot);
    rewards[i] = sample.reward;
    discounts[i] = sample.discount;
    actions[i] = sample.action;
    weights[i] = static_cast<double>(steps[static_cast<std::size_t>(i)].weight);
  }
  Expected expected;
  {
    const torch::NoGradGuard no_grad;
    const auto next = observation_rows(replay, steps, true);
    const auto values = q_values(target, next, h.head.dueling);
    const auto chosen = h.double_q ? q_values(online, next, h.head.dueling).argmax(1) : values.argmax(1);
    expected.choices_that_differ = chosen.ne(values.argmax(1)).sum().item<std::int64_t>();
    expected.targets = rewards + discounts * values.gather(1, chosen.unsqueeze(1)).squeeze(1);
  }
  const auto q = q_values(online, observation_rows(replay, steps, false), h.head.dueling);
  const auto taken = q.gather(1, actions.unsqueeze(1)).squeeze(1);
  const auto losses = h.loss == "huber" ? torch::nn::functional::smooth_l1_loss(
                                              taken, expected.targets,
                                              torch::nn::functional::SmoothL1LossFuncOptions().reduction(torch::kNone))
                                        : (taken - expected.targets).square() / 2;
  const auto loss = (weights * losses).mean();
  for (const auto& [name, value] : online)
    leaves.push_back(value);
  expected.gradients = torch::autograd::grad({loss}, leaves);
  expected.loss = loss.item<double>();
  expected.mean_q = std::get<0>(q.max(1)).mean().item<double>();
  expected.errors = (taken - expected.targets).detach().abs();
  return expected;
}

void check_update(const config::Hyperparameters& h) {
  agent::Dqn learner(h, tests::spec_of(h), torch::kCPU);
  {
    const torch::NoGradGuard no_grad;
    learner.target().parameters().values().mul_(-0.7);
  }
  auto oracle = filled_replay(h);
  core::RandomStream stream(4, core::Purpose::Replay, 0);
  std::int64_t choices_that_differ = 0;
  for (int round = 0; round < 3; ++round) {
    const auto online = tests::in_double(learner.online().parameters());
    const auto frozen = tests::in_double(learner.target().parameters());
    const auto report = learner.update(oracle.replay(), h, 0.5, stream);
    const auto& batch = learner.last_batch();
    REQUIRE(batch.steps.size() == 64);
    const auto expected = expected_update(h, oracle.replay(), batch.steps, oracle, online, frozen);
    choices_that_differ += expected.choices_that_differ;
    CHECK(report.loss == Approx(expected.loss).epsilon(1e-5));
    CHECK(report.mean_q == Approx(expected.mean_q).epsilon(1e-5).margin(1e-6));
    const auto sorted = std::get<0>(expected.errors.sort());
    CHECK(report.td_error_p50 == Approx(sorted[32].item<double>()).epsilon(1e-4));
    CHECK(report.td_error_p95 == Approx(sorted[60].item<double>()).epsilon(1e-4));
    for (std::size_t i = 0; i < 64; ++i) {
      REQUIRE(batch.targets[i] == Approx(expected.targets[static_cast<std::int64_t>(i)].item<double>()).epsilon(1e-5));
    }
    double squared_norm = 0;
    double largest = 0;
    for (const auto& gradient : expected.gradients)
      largest = std::max(largest, gradient.abs().max().item<double>());
    std::size_t k = 0;
    for (const auto& [name, value] : online) {
      INFO(name);
      const auto& gradient = expected.gradients[k++];
      squared_norm += gradient.square().sum().item<double>();
      const auto& network = learner.online().network();
      const auto ours = network.named_parameters()[name].grad();
      CHECK(tests::relative_difference(ours, gradient, largest) < 1e-5);
      CHECK(gradient.abs().max().item<double>() > 0);
    }
    CHECK(report.gradient_norm == Approx(std::sqrt(squared_norm)).epsilon(1e-5));
  }
  if (h.double_q) CHECK(choices_that_differ > 10);
}

}  // namespace

TEST_CASE("an update's gradient is that of the loss as METHODS states it") {
  for (const std::string loss : {"huber", "mse"}) {
    for (const bool double_q : {false, true}) {
      for (const bool everything : {false, true}) {
        INFO(loss << (double_q ? ", double" : "") << (everything ? ", dueling, n-step, prioritized" : ""));
        auto h = experiment();
        h.loss = loss;
        h.double_q = double_q;
        h.head.dueling = h.prioritized_replay = everything;
        h.n_step = everything ? 3 : 1;
        check_update(h);
      }
    }
  }
}

TEST_CASE("an update sets the priorities of what it sampled") {
  auto h = experiment();
  h.prioritized_replay = true;
  h.batch_size = 256;
  agent::Dqn learner(h, tests::spec_of(h), torch::kCPU);
  auto oracle = filled_replay(h);
  core::RandomStream stream(5, core::Purpose::Replay, 0);
  learner.update(oracle.replay(), h, 0.5, stream);
  std::map<std::size_t, double> priorities;
  const auto& batch = learner.last_batch();
  for (std::size_t i = 0; i < batch.steps.size(); ++i) {
    const double error = std::abs(batch.q[i] - batch.targets[i]);
    priorities[batch.steps[i].slot] = std::pow(error + h.prioritized_replay_eps, h.prioritized_replay_alpha);
  }
  std::vector<agent::Transition> steps;
  oracle.replay().sample(200, h.gamma, 1.0, stream, steps);
  // With beta = 1 a weight times its priority is the same for all.
  double product = 0;
  int compared = 0;
  for (const auto& step : steps) {
    if (priorities.count(step.slot) == 0) continue;
    const double its = step.weight * priorities[step.slot];
    if (compared++ > 0) REQUIRE(its == Approx(product).epsilon(1e-4));
    product = its;
  }
  CHECK(compared > 50);
}

TEST_CASE("an update that would not be finite throws and leaves the parameters as they were") {
  for (const std::string loss : {"mse", "huber"}) {
    INFO(loss);
    auto h = experiment();
    h.loss = loss;
    agent::Dqn learner(h, tests::spec_of(h), torch::kCPU);
    auto oracle = filled_replay(h);
    core::RandomStream stream(6, core::Purpose::Replay, 0);
    learner.update(oracle.replay(), h, 0.5, stream);
    const auto values = learner.online().parameters().values().clone();
    const auto mean = learner.optimizer().mean().clone();
    const float reward = loss == "mse" ? 1e30F : std::numeric_limits<float>::infinity();
    for (int i = 0; i < 200; ++i)
      oracle.step(0, 0, reward, false, false);
    CHECK_THROWS_AS(learner.update(oracle.replay(), h, 0.5, stream), std::runtime_error);
    CHECK_THROWS_WITH(learner.update(oracle.replay(), h, 0.5, stream), ContainsSubstring("learning_rate"));
    CHECK(tests::equal_bits(learner.online().parameters().values(), values));
    CHECK(tests::equal_bits(learner.optimizer().mean(), mean));
  }
}

TEST_CASE("a rebuilt network keeps what keeps its shape, and draws the rest anew") {
  auto h = experiment();
  const auto spec = tests::spec_of(h);
  agent::Dqn learner(h, spec, torch::kCPU);
  auto oracle = filled_replay(h);
  core::RandomStream stream(7, core::Purpose::Replay, 0);
  for (int i = 0; i < 5; ++i)
    learner.update(oracle.replay(), h, 0.5, stream);
  const auto before = tests::in_double(learner.online().parameters());
  const auto mean = learner.optimizer().mean().narrow(0, 0, 24 * 4).clone();
  const auto square = learner.optimizer().square().narrow(0, 0, 24 * 4).clone();

  h.head.width = 32;
  learner.rebuild(h, spec);
  const auto after = tests::in_double(learner.online().parameters());
  CHECK(torch::equal(after.at("encoder.linear0.weight"), before.at("encoder.linear0.weight")));
  CHECK(torch::equal(after.at("encoder.linear0.bias"), before.at("encoder.linear0.bias")));
  CHECK(after.at("head.q.0.weight").sizes().vec() == std::vector<std::int64_t>{32, 24});
  agent::NetworkPolicy drawn(h, spec, torch::kCPU, 1);
  CHECK(torch::equal(after.at("head.q.0.weight"), tests::in_double(drawn.parameters()).at("head.q.0.weight")));
  CHECK(tests::equal_bits(learner.target().parameters().values(), learner.online().parameters().values()));
  CHECK(learner.online().parameters().slices()[0].name == "encoder.linear0.weight");
  CHECK(tests::equal_bits(learner.optimizer().mean().narrow(0, 0, 24 * 4), mean));
  CHECK(tests::equal_bits(learner.optimizer().square().narrow(0, 0, 24 * 4), square));
  CHECK((mean.abs().max().item<float>() > 0 && square.max().item<float>() > 0));
  CHECK(learner.optimizer().mean().numel() == learner.online().parameters().size());
  CHECK(learner.optimizer().steps() == 5);
  CHECK(learner.last_batch().steps.empty());
  CHECK_NOTHROW(learner.update(oracle.replay(), h, 0.5, stream));

  // Another rebuild is another draw.
  learner.rebuild(experiment(), spec);
  learner.rebuild(h, spec);
  CHECK_FALSE(torch::equal(tests::in_double(learner.online().parameters()).at("head.q.0.weight"),
                           tests::in_double(drawn.parameters()).at("head.q.0.weight")));
}

TEST_CASE("the target's distance is told as a share of the network's size, 0 after a copy") {
  const auto h = experiment();
  agent::Dqn learner(h, tests::spec_of(h), torch::kCPU);
  auto oracle = filled_replay(h);
  core::RandomStream stream(7, core::Purpose::Replay, 0);
  CHECK(learner.target_distance() == 0);
  for (int i = 0; i < 5; ++i)
    learner.update(oracle.replay(), h, 0.5, stream);
  const auto target = tests::in_double(learner.target().parameters());
  double apart = 0;
  double size = 0;
  for (const auto& [name, values] : tests::in_double(learner.online().parameters())) {
    apart += (values - target.at(name)).square().sum().item<double>();
    size += values.square().sum().item<double>();
  }
  REQUIRE(apart > 0);
  CHECK(std::abs(learner.target_distance() - std::sqrt(apart / size)) < 1e-5 * std::sqrt(apart / size));
  learner.update_target(1);
  CHECK(learner.target_distance() == 0);
}

}  // namespace qarium::agent_dqn_test
