// Q(lambda) from a stream against the same written plainly in double.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numeric>
#include <vector>

#include "engine/agent/stream_q/obgd.hpp"
#include "engine/agent/stream_q/stream_q_learner.hpp"
#include "engine/core/error.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_stream_q_test {

using torch::Tensor;

namespace {

config::Hyperparameters options(double epsilon = 0) {
  auto h = config::defaults_of("stream_q");
  h.environment.id = "CartPole-v1";
  h.n_timesteps = 1'000;
  h.eval_freq = 0;
  h.encoder.width = h.head.width = 12;
  h.exploration_initial_eps = h.exploration_final_eps = epsilon;
  return h;
}

/// What one step is.
struct Step {
  std::vector<float> before, after;
  float reward;
  bool terminated, truncated;
};

std::vector<float> draw_observation(core::RandomStream& stream) {
  std::vector<float> all(4);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<float>(stream.normal() * (1.0 + static_cast<double>(i)) + 2);
  return all;
}

void show(agent::StreamQLearner& learner, const std::vector<float>& observation) {
  std::memcpy(learner.observation(0).data(), observation.data(), observation.size() * sizeof(float));
}

/// Takes one step with the learner; returns the action and whether it was greedy is what the trace shows.
int take(agent::StreamQLearner& learner, const Step& step, const std::vector<float>& next_beginning,
         std::int64_t number) {
  protocol::Position position;
  position.environment_steps = number;
  int action = 0;
  learner.act(position, {&action, 1});
  learner.observe(0, action, {step.reward, step.terminated, step.truncated});
  show(learner, step.after);
  if (step.terminated || step.truncated) {
    learner.begin_episode(0);
    show(learner, next_beginning);
  }
  learner.end_step(position);
  REQUIRE(learner.update_due());
  return action;
}

/// The same in double: statistics from all numbers at once, the gradient by autograd.
class Plain {
 public:
  Plain(agent::StreamQLearner& learner, const config::Hyperparameters& h) : h_(h), network_(h, tests::spec_of(h)) {
    network_.to(torch::kDouble);
    const torch::NoGradGuard no_grad;
    auto mine = network_.named_parameters();
    for (const auto& its : learner.network().network().named_parameters())
      mine[its.key()].copy_(its.value());
    for (const auto& parameter : network_.parameters())
      trace_.push_back(torch::zeros_like(parameter));
  }

  void take_in(const std::vector<float>& observation) { seen_.push_back(observation); }

  Tensor values(const std::vector<float>& observation) {
    auto row = torch::empty({1, 4}, torch::kDouble);
    for (std::size_t i = 0; i < 4; ++i) {
      double mean = 0;
      double squares = 0;
      for (const auto& one : seen_)
        mean += one[i] / static_cast<double>(seen_.size());
      for (const auto& one : seen_)
        squares += (one[i] - mean) * (one[i] - mean);
      const double variance = seen_.size() < 2 ? 1 : squares / static_cast<double>(seen_.size() - 1);
      row[0][static_cast<std::int64_t>(i)] = (observation[i] - mean) / std::sqrt(variance + 1e-8);
    }
    return network_.forward(row)[0];
  }

  double learn(const Step& step, int action, bool cut) {
    discounted_ = h_.gamma * discounted_ + step.reward;
    sums_.push_back(discounted_);
    if (step.terminated || step.truncated) discounted_ = 0;
    const double reward = step.reward / std::sqrt(variance_of(sums_) + 1e-8);
    double bootstrap = 0;
    if (!step.terminated) bootstrap = values(step.after).max().item<double>();
    const auto q = values(step.before)[action];
    const double delta = reward + h_.gamma * bootstrap - q.item<double>();
    network_.zero_grad();
    q.backward();
    const torch::NoGradGuard no_grad;
    double norm = 0;
    auto parameters = network_.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      trace_[i] *= h_.gamma * h_.q_lambda;
      if (parameters[i].grad().defined()) trace_[i] += parameters[i].grad();
      norm += trace_[i].abs().sum().item<double>();
    }
    const double bound = h_.kappa * std::max(std::abs(delta), 1.0) * norm;
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      parameters[i] += std::min(1 / bound, 1.0) * delta * trace_[i];
      if (cut) trace_[i].zero_();
    }
    return delta;
  }

  std::map<std::string, Tensor> weights() {
    std::map<std::string, Tensor> all;
    for (const auto& its : network_.named_parameters())
      all[its.key()] = its.value().detach();
    return all;
  }

 private:
  static double variance_of(const std::vector<double>& all) {
    if (all.size() < 2) return 1;
    const double mean = std::accumulate(all.begin(), all.end(), 0.0) / static_cast<double>(all.size());
    double squares = 0;
    for (const auto one : all)
      squares += (one - mean) * (one - mean);
    return squares / static_cast<double>(all.size() - 1);
  }

  config::Hyperparameters h_;
  nn::Network network_;
  std::vector<Tensor> trace_;
  std::vector<std::vector<float>> seen_;
  std::vector<double> sums_;
  double discounted_ = 0;
};

float size_of(std::span<const float> trace) {
  float sum = 0;
  for (const auto z : trace)
    sum += std::abs(z);
  return sum;
}

}  // namespace

TEST_CASE("learning from a stream is Q(lambda) with ObGD, normalised observations and scaled rewards", "[agent]") {
  const auto h = options();
  agent::StreamQLearner learner(h, tests::spec_of(h), torch::kCPU);
  Plain plain(learner, h);
  core::RandomStream random(5, core::Purpose::Test, 0);
  auto now = draw_observation(random);
  show(learner, now);
  bool begins = true;
  for (std::int64_t number = 0; number < 60; ++number) {
    INFO("step " << number);
    Step step{now, draw_observation(random), static_cast<float>(random.normal()), number % 13 == 12,
              number % 13 != 12 && number % 7 == 6};
    const auto next = draw_observation(random);
    const bool over = step.terminated || step.truncated;
    if (begins) plain.take_in(step.before);
    plain.take_in(step.after);
    const int action = take(learner, step, next, number);
    const auto measured = learner.update({});
    CHECK(measured[0] == Approx(plain.learn(step, action, over)).epsilon(2e-3).margin(1e-4));
    CHECK((size_of(learner.trace()) == 0) == over);
    now = over ? next : step.after;
    begins = over;
  }
  const auto wanted = plain.weights();
  for (const auto& its : learner.network().network().named_parameters()) {
    if (its.key().starts_with("observation")) continue;
    INFO(its.key());
    CHECK(torch::allclose(its.value().detach().to(torch::kDouble), wanted.at(its.key()), 1e-3, 1e-4));
  }
}

TEST_CASE("an action that was not greedy cuts the trace, a random draw of the greedy one does not", "[agent]") {
  const auto h = options(1);
  agent::StreamQLearner learner(h, tests::spec_of(h), torch::kCPU);
  core::RandomStream random(6, core::Purpose::Test, 0);
  auto now = draw_observation(random);
  show(learner, now);
  int cut = 0;
  int kept = 0;
  for (std::int64_t number = 0; number < 60; ++number) {
    const std::span<const std::byte> one[] = {learner.observation(0)};
    const auto before = learner.policy().evaluate(one).preferences;
    const int best = agent::greedy(before);
    const bool clear = std::abs(before[0] - before[1]) > 0.05F;  // the statistics move on before it acts, at first
    const Step step{now, draw_observation(random), 1, false, false};
    const int action = take(learner, step, {}, number);
    learner.update({});
    const bool was_cut = size_of(learner.trace()) == 0;
    (was_cut ? cut : kept) += 1;
    // What is told of it, parameter by parameter, is the whole of it.
    double told = 0;
    std::int64_t live = 0;
    for (const auto& layer : learner.health().trace) {
      told += layer.norm * layer.norm;
      live += layer.live;
      CHECK(layer.live <= layer.numbers);
    }
    double squares = 0;
    for (const float z : learner.trace())
      squares += static_cast<double>(z) * z;
    CHECK(std::abs(told - squares) <= 1e-9 * std::max(1.0, squares));
    CHECK((live == 0) == was_cut);
    if (number > 0 && clear) CHECK(was_cut == (action != best));
    now = step.after;
  }
  CHECK(cut > 10);
  CHECK(kept > 10);
}

TEST_CASE("one step of ObGD never moves a linear value by more than its error over kappa", "[agent]") {
  // With features of +-1 the gradient is the feature, and |z|_1 of one step its squared length.
  std::vector<float> weights(8, 0.1F);
  std::vector<float> trace(8, 0.0F);
  const std::vector<float> features = {1, -1, 1, 1, -1, 1, -1, 1};
  agent::extend_trace(trace, features, 0.5);
  const auto value = [&] { return std::inner_product(features.begin(), features.end(), weights.begin(), 0.0F); };
  for (const double delta : {0.3, 5.0, -40.0}) {
    const float before = value();
    const auto step = agent::obgd_step(weights, trace, delta, 1, 2);
    CHECK(step.trace_norm == Approx(8));
    CHECK(std::abs(value() - before) <= std::abs(delta) / 2 + 1e-5);
    CHECK((value() - before) * delta > 0);
  }
  const auto tiny = agent::obgd_step(weights, std::vector<float>(8, 1e-4F), 0.5, 1, 2);
  CHECK(tiny.step_size == 1);  // no bound where nothing overshoots
}

TEST_CASE("sparse layers begin with one of ten inputs, and no bias", "[agent]") {
  auto h = options();
  h.encoder.width = 50;
  h.head.width = 40;
  agent::StreamQLearner learner(h, tests::spec_of(h), torch::kCPU);
  const auto parameters = learner.network().network().named_parameters();
  const auto weight = parameters["head.q.0.weight"];
  const auto inputs = (weight != 0).sum(1);
  CHECK(inputs.min().item<std::int64_t>() == 5);
  CHECK(inputs.max().item<std::int64_t>() == 5);
  CHECK(parameters["head.q.0.bias"].abs().max().item<float>() == 0);
  CHECK((weight != 0).sum(0).max().item<std::int64_t>() < 40);  // not the same ones for all
}

TEST_CASE("running statistics are mean and variance of all numbers so far", "[agent]") {
  agent::RunningStatistics statistics(2);
  CHECK(statistics.variance(0) == 1);
  core::RandomStream random(7, core::Purpose::Test, 0);
  std::vector<double> all;
  for (int i = 0; i < 100; ++i) {
    const float one[] = {static_cast<float>(1e4 + random.normal()), 3};
    all.push_back(one[0]);
    statistics.add(one);
  }
  const double mean = std::accumulate(all.begin(), all.end(), 0.0) / 100;
  double squares = 0;
  for (const auto value : all)
    squares += (value - mean) * (value - mean);
  CHECK(statistics.mean(0) == Approx(mean));
  CHECK(statistics.variance(0) == Approx(squares / 99).epsilon(1e-9));
  CHECK(statistics.variance(1) == 0);
}

TEST_CASE("stream_q refuses several environments and a memory", "[agent]") {
  auto h = options();
  h.n_envs = 2;
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("n_envs = 1"));
  h.n_envs = 1;
  h.memory.kind = "gru";
  CHECK_THROWS_WITH(config::validate(h), ContainsSubstring("memory.kind = none"));
}

}  // namespace qarium::agent_stream_q_test
