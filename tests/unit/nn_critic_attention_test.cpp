// The attention critic: V over the last states against plain loops in double, gradients by central differences, and
// the plain critic where the window is 1.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "engine/agent/actor_critic/actor_critic_learner.hpp"
#include "engine/nn/head/critic_attention.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/train/train_loop.hpp"
#include "tests/catch.hpp"
#include "tests/unit/gradient_check.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::nn_critic_attention_test {

namespace {

constexpr std::int64_t kWidth = 3;
constexpr std::int64_t kWindow = 4;

torch::Tensor normal(const std::vector<std::int64_t>& shape, core::RandomStream& random) {
  auto its = torch::empty(shape, torch::kDouble);
  for (std::int64_t i = 0; i < its.numel(); ++i)
    its.data_ptr<double>()[i] = random.normal();
  return its;
}

/// Two episodes side by side: the first has 2 states before the sequence, the second begins with it.
std::vector<torch::Tensor> two_beginnings(core::RandomStream& random) {
  auto states = normal({2, kWindow, kWidth}, random);
  auto known = torch::zeros({2, kWindow}, torch::kDouble);
  known[0][kWindow - 1] = known[0][kWindow - 2] = 1;
  return {states, known};
}

double at(const torch::Tensor& tensor, std::int64_t i, std::int64_t j) {
  return tensor[i][j].item<double>();
}

/// f as it stands in the header, number by number.
double score(nn::CriticAttention& critic, const torch::Tensor& here, const torch::Tensor& there) {
  const auto parameters = critic.named_parameters();
  const auto wq = parameters["query.weight"];
  const auto wk = parameters["key.weight"];
  const auto b = parameters["query.bias"];
  const auto va = parameters["score.weight"];
  double sum = 0;
  for (std::int64_t u = 0; u < wq.size(0); ++u) {
    double inside = b[u].item<double>();
    for (std::int64_t i = 0; i < kWidth; ++i)
      inside += at(wq, u, i) * here[i].item<double>() + at(wk, u, i) * there[i].item<double>();
    sum += at(va, 0, u) * std::tanh(inside);
  }
  return sum;
}

config::Hyperparameters maze(const std::string& memory, const std::string& critic, std::int64_t window) {
  auto h = tests::small_maze(memory);
  h.algorithm = "ppo";
  h.n_steps = 12;
  h.n_epochs = 2;
  h.batch_size = 12;
  h.n_timesteps = 400;
  h.eval_freq = 0;
  h.fused = false;
  h.critic = critic;
  h.critic_window = window;
  return h;
}

std::vector<float> learned(const config::Hyperparameters& h) {
  train::TrainLoop loop(h, "cpu", nullptr);
  while (!loop.finished())
    loop.tick();
  std::vector<float> all;
  auto& policy = dynamic_cast<agent::ActorCriticLearner&>(loop.learner()).network();
  for (const auto& item : policy.network().named_parameters()) {
    if (item.key().find("critic") != std::string::npos) continue;
    const auto flat = item.value().detach().contiguous();
    all.insert(all.end(), flat.data_ptr<float>(), flat.data_ptr<float>() + flat.numel());
  }
  return all;
}

}  // namespace

TEST_CASE("the attention critic weighs the states that its window and the episode have", "[nn]") {
  core::RandomStream random(1, core::Purpose::Test, 0);
  const auto shared = std::make_shared<nn::CriticAttention>(kWindow, kWidth);
  auto& critic = *shared;
  nn::initialise(critic, random);
  critic.to(torch::kDouble);
  constexpr std::int64_t kSteps = 6;
  const auto state = two_beginnings(random);
  const auto x = normal({2, kSteps, kWidth}, random);
  const auto v = normal({2, kWindow - 1 + kSteps}, random);
  const auto all = torch::cat({state[0].narrow(1, 1, kWindow - 1), x}, 1);
  const auto out = critic.attend(x, v, state);
  for (std::int64_t b = 0; b < 2; ++b) {
    const std::int64_t first = b == 0 ? kWindow - 1 - 2 : kWindow - 1;  // place of the episode's first known state
    for (std::int64_t t = 0; t < kSteps; ++t) {
      const auto now = kWindow - 1 + t;
      double sum = 0;
      double weighed = 0;
      for (auto k = std::max(first, now - kWindow + 1); k <= now; ++k) {
        const double weight = std::exp(score(critic, all[b][now], all[b][k]));
        sum += weight;
        weighed += weight * at(v, b, k);
      }
      CHECK(std::abs(at(out.values, b, t) - weighed / sum) < 1e-10);
      for (std::int64_t k = 0; k < kWindow; ++k) {
        if (now - kWindow + 1 + k < first) CHECK(out.weights[b][t][k].item<double>() == 0);
      }
      CHECK(std::abs(out.weights[b][t].sum().item<double>() - 1) < 1e-12);
    }
  }
  // Step by step it is the same.
  auto carried = state;
  for (std::int64_t t = 0; t < kSteps; ++t) {
    const auto one = critic.attend(x.narrow(1, t, 1), v.narrow(1, t, kWindow), carried);
    CHECK(torch::allclose(one.values, out.values.narrow(1, t, 1), 1e-12, 1e-12));
    carried = one.state;
  }
  CHECK(torch::equal(carried[0], out.state[0]));
  CHECK(torch::equal(carried[1], out.state[1]));
}

TEST_CASE("gradients of the attention critic are those of central differences", "[nn]") {
  core::RandomStream random(2, core::Purpose::Test, 0);
  const auto shared = std::make_shared<nn::CriticAttention>(kWindow, kWidth);
  auto& critic = *shared;
  nn::initialise(critic, random);
  critic.to(torch::kDouble);
  const auto state = two_beginnings(random);
  const auto x = normal({2, 5, kWidth}, random).requires_grad_();
  const auto v = normal({2, kWindow - 1 + 5}, random).requires_grad_();
  const auto target = normal({2, 5}, random);
  auto leaves = tests::parameters_of(critic);
  leaves.emplace_back("states", x);
  leaves.emplace_back("values", v);
  tests::check_gradients(leaves, [&] { return (critic.attend(x, v, state).values - target).pow(2).sum(); }, 12);
}

TEST_CASE("with a window of 1 the attention critic is the plain one", "[nn][agent]") {
  // With a memory both learn from the same sequences: the whole of learning is the same.
  for (const std::string memory : {"lstm", "ntm"}) {
    INFO(memory);
    const auto plain = learned(maze(memory, "plain", 20));
    const auto one = learned(maze(memory, "attention", 1));
    REQUIRE(plain.size() == one.size());
    for (std::size_t i = 0; i < plain.size(); ++i)
      REQUIRE(std::abs(plain[i] - one[i]) < 1e-5F);
    // It can tell them apart.
    const auto more = learned(maze(memory, "attention", 6));
    float most = 0;
    for (std::size_t i = 0; i < plain.size(); ++i)
      most = std::max(most, std::abs(plain[i] - more[i]));
    CHECK(most > 1e-4F);
  }
}

TEST_CASE("an update of the attention critic finds the values that acted, with every memory", "[nn][agent]") {
  for (const std::string memory :
       {"none", "lstm", "gru", "min_gru", "lru", "ntm", "dnc", "mann", "memory_bank", "temporal", "transformer"}) {
    INFO(memory);
    auto h = maze(memory, "attention", 5);
    h.fused = true;
    h.n_timesteps = 60;
    train::TrainLoop loop(h, "cpu", nullptr);
    auto& learner = dynamic_cast<agent::ActorCriticLearner&>(loop.learner());
    while (!learner.update_due())
      loop.tick();
    // The whole rollout again, environment by environment and step by step, with the parameters that acted.
    auto& policy = learner.network();
    for (std::size_t i = 0; i < learner.rollout().environments(); ++i) {
      auto state = policy.begin(1);
      for (std::size_t t = 0; t < learner.rollout().steps(); ++t) {
        const auto seen = learner.rollout().observation(t, i);
        const auto inspection = policy.inspect({&seen, 1}, &state).front();
        REQUIRE(inspection.critic);
        CHECK(inspection.critic->window == 5);
        CHECK(inspection.memory.operator bool() == (memory != "none"));
        CHECK(std::abs(inspection.critic->value() - *inspection.state_value) < 1e-5F);
        const auto answer = policy.evaluate({&seen, 1}, state);
        const auto& step = learner.rollout().step(t, i);
        CHECK(std::abs(answer.state_values[0] - step.value) < 1e-5F);
        if (step.over) {
          state = policy.begin(1);
        } else {
          state.acted(0, step.action, step.reward);
        }
      }
    }
  }
}

}  // namespace qarium::nn_critic_attention_test
