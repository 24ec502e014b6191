// Targets and losses of distributions and of Munchausen against plain implementations in double.
#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "engine/agent/dqn/value_loss.hpp"
#include "engine/core/random.hpp"
#include "tests/catch.hpp"

namespace qarium::agent_value_loss_test {

namespace {

std::vector<float> draws(std::size_t n, std::uint32_t index, double scale = 1) {
  core::RandomStream stream(11, core::Purpose::Test, index);
  std::vector<float> all(n);
  for (auto& value : all)
    value = static_cast<float>(scale * stream.normal());
  return all;
}

std::vector<double> plain_softmax(const std::vector<float>& logits) {
  double sum = 0;
  std::vector<double> all;
  for (const auto logit : logits)
    sum += std::exp(static_cast<double>(logit));
  for (const auto logit : logits)
    all.push_back(std::exp(static_cast<double>(logit)) / sum);
  return all;
}

/// The mass that falls on each atom: every atom of the target gives to those within a distance of it what Bellemare's
/// hat function says (equation 7).
std::vector<double> plain_projection(double reward, double discount, const std::vector<double>& p, double low,
                                     double high) {
  const double distance = (high - low) / static_cast<double>(p.size() - 1);
  std::vector<double> projected(p.size(), 0);
  for (std::size_t i = 0; i < p.size(); ++i) {
    for (std::size_t j = 0; j < p.size(); ++j) {
      const double z = std::clamp(reward + discount * (low + distance * static_cast<double>(j)), low, high);
      const double at = low + distance * static_cast<double>(i);
      projected[i] += std::clamp(1 - std::abs(z - at) / distance, 0.0, 1.0) * p[j];
    }
  }
  return projected;
}

agent::Transition transition(float reward, float discount) {
  agent::Transition step;
  step.reward = reward;
  step.discount = discount;
  step.action = 1;
  return step;
}

/// The slope that a loss writes against central differences of the loss in what the online network gave.
void check_slope(agent::ValueLoss& loss, const agent::Transition& step, agent::StepOutputs outputs,
                 std::vector<float> here) {
  std::vector<float> slope(here.size());
  std::vector<float> unused(here.size());
  outputs.here = here;
  loss.of(step, outputs, slope);
  for (std::size_t i = 0; i < here.size(); ++i) {
    const float by = 1e-2F;
    auto moved = here;
    outputs.here = moved;
    moved[i] = here[i] + by;
    const double up = loss.of(step, outputs, unused).loss;
    moved[i] = here[i] - by;
    const double down = loss.of(step, outputs, unused).loss;
    CHECK(slope[i] == Approx((up - down) / (2.0 * by)).margin(2e-3));
  }
}

}  // namespace

TEST_CASE("C51's projection gives each atom what the hat function says, and loses no mass", "[agent]") {
  const nn::Returns returns{nn::Returns::Kind::Categorical, 21, -2, 3};
  const auto p = plain_softmax(draws(21, 1));
  std::vector<double> projected;
  for (const double reward : {-9.0, -0.3, 0.0, 0.25, 1.0, 40.0}) {
    for (const double discount : {0.0, 0.9, 1.0}) {
      INFO("reward " << reward << ", discount " << discount);
      agent::project(reward, discount, p, returns, projected);
      const auto wanted = plain_projection(reward, discount, p, -2, 3);
      double sum = 0;
      for (std::size_t i = 0; i < p.size(); ++i) {
        CHECK(projected[i] == Approx(wanted[i]).margin(1e-9));
        sum += projected[i];
      }
      CHECK(sum == Approx(1).margin(1e-12));
    }
  }
  // Where every b_j is whole nothing is split.
  agent::project(0, 1, p, returns, projected);
  for (std::size_t i = 0; i < p.size(); ++i)
    CHECK(projected[i] == Approx(p[i]).margin(1e-6));
}

TEST_CASE("the categorical loss is the cross-entropy with the projected target", "[agent]") {
  const nn::Returns returns{nn::Returns::Kind::Categorical, 11, -1, 4};
  const auto here = draws(11, 2);
  const auto next = draws(11, 3);
  const auto step = transition(0.7F, 0.9F);
  const auto loss = agent::make_categorical_loss(returns);
  std::vector<float> slope(11);
  const auto found = loss->of(step, {.here = here, .next = next}, slope);
  const auto target = plain_projection(0.7F, 0.9F, plain_softmax(next), -1, 4);
  const auto p = plain_softmax(here);
  double wanted = 0;
  double q = 0;
  double y = 0;
  for (std::size_t i = 0; i < 11; ++i) {
    wanted -= target[i] * std::log(p[i]);
    q += p[i] * (-1 + 0.5 * static_cast<double>(i));
    y += target[i] * (-1 + 0.5 * static_cast<double>(i));
  }
  CHECK(found.loss == Approx(wanted).epsilon(1e-5));
  CHECK(found.priority == found.loss);
  CHECK(found.q == Approx(q).epsilon(1e-5));
  CHECK(found.y == Approx(y).epsilon(1e-5));
  check_slope(*loss, step, {.next = next}, here);
}

TEST_CASE("the quantile loss is summed over quantiles and meant over the target's, with midpoints or fractions",
          "[agent]") {
  const auto here = draws(5, 4, 2);
  const auto next = draws(7, 5, 2);
  const std::vector<float> fractions = {0.03F, 0.9F, 0.4F, 0.55F, 0.72F};
  const auto step = transition(0.4F, 0.8F);
  const auto loss = agent::make_quantile_loss();
  for (const bool drawn : {false, true}) {
    agent::StepOutputs outputs{.here = here, .next = next};
    if (drawn) outputs.fractions = fractions;
    std::vector<float> slope(5);
    const auto found = loss->of(step, outputs, slope);
    double wanted = 0;
    for (std::size_t i = 0; i < 5; ++i) {
      const double tau = drawn ? fractions[i] : (2.0 * static_cast<double>(i) + 1) / 10;
      for (const auto z : next) {
        const double u = step.reward + step.discount * static_cast<double>(z) - here[i];
        const double huber = std::abs(u) <= 1 ? 0.5 * u * u : std::abs(u) - 0.5;
        wanted += std::abs(tau - (u < 0 ? 1 : 0)) * huber / 7;
      }
    }
    CHECK(found.loss == Approx(wanted).epsilon(1e-5));
    check_slope(*loss, step, outputs, here);
  }
}

TEST_CASE("quantiles that are learned from samples settle at the samples' quantiles", "[agent]") {
  // Rewards 0 or 1, each half of the time, without a bootstrap: the lowest quantiles are 0, the highest 1.
  const auto loss = agent::make_quantile_loss();
  std::vector<float> here(10, 0.5F);
  std::vector<float> slope(10);
  const std::vector<float> next = {0};
  core::RandomStream stream(3, core::Purpose::Test, 0);
  for (int i = 0; i < 20'000; ++i) {
    loss->of(transition(stream.uniform() < 0.5 ? 0.0F : 1.0F, 0), {.here = here, .next = next}, slope);
    for (std::size_t k = 0; k < here.size(); ++k)
      here[k] -= 0.01F * slope[k];
  }
  CHECK(here.front() < 0.15F);
  CHECK(here.back() > 0.85F);
  CHECK(std::ranges::is_sorted(here));
}

TEST_CASE("Munchausen's target is that of its equation", "[agent]") {
  config::Hyperparameters h;
  h.munchausen = true;
  for (const double tau : {0.03, 0.5}) {
    h.munchausen_tau = tau;
    const std::vector<float> here = {0.2F, 0.1F, -0.7F};
    const std::vector<float> next = {1.0F, 0.9F, 1.3F};
    auto step = transition(0.5F, 0.9F);
    const auto log_policy = [&](const std::vector<float>& q, std::size_t a) {
      double sum = 0;
      for (const auto value : q)
        sum += std::exp((value - q[0]) / tau);
      return (q[a] - q[0]) / tau - std::log(sum);
    };
    for (const int action : {0, 1, 2}) {
      step.action = action;
      double soft = 0;
      for (std::size_t a = 0; a < 3; ++a)
        soft += std::exp(log_policy(next, a)) * (next[a] - tau * log_policy(next, a));
      const double bonus = std::clamp(tau * log_policy(here, static_cast<std::size_t>(action)), -1.0, 0.0);
      CHECK(agent::munchausen_target(step, here, next, h) == Approx(0.5 + 0.9 * bonus + 0.9 * soft).epsilon(1e-5));
    }
    step.action = 2;
    h.munchausen_clip = -0.1;
    const double clipped = agent::munchausen_target(step, here, next, h);
    h.munchausen_clip = -1;
    CHECK(clipped > agent::munchausen_target(step, here, next, h));
  }
}

TEST_CASE("the mean of a distribution is that of its numbers, and its picture adds up", "[agent]") {
  const nn::Returns returns{nn::Returns::Kind::Categorical, 5, 0, 4};
  const std::vector<float> certain = {-50, -50, 50, -50, -50, 0, 0, 0, 0, 0};
  std::vector<float> means;
  returns.means(certain, 1, 2, means);
  CHECK(means[0] == Approx(2).margin(1e-6));
  CHECK(means[1] == Approx(2).margin(1e-6));
  const auto shown = returns.shown(certain, 2);
  CHECK(shown[2] == Approx(1));
  CHECK(shown[7] == Approx(0.2));
  const nn::Returns quantiles{nn::Returns::Kind::Quantile, 3};
  quantiles.means(std::vector<float>{3, 1, 2, 0, 0, 6}, 1, 2, means);
  CHECK(means == std::vector<float>{2, 2});
  CHECK(quantiles.shown(std::vector<float>{3, 1, 2, 0, 0, 6}, 2) == std::vector<float>{1, 2, 3, 0, 0, 6});
}

TEST_CASE("the atoms reach over the returns that are possible, or over what was set", "[agent]") {
  config::Hyperparameters h;
  h.head.distribution = "categorical";
  h.gamma = 0.99;
  env::EnvironmentSpec spec;
  spec.most_reward = spec.least_reward = 1;
  auto returns = nn::returns_of(h, spec);
  CHECK(returns.v_min == 0);
  CHECK(returns.v_max == Approx(100));
  spec.least_reward = -2;
  CHECK(nn::returns_of(h, spec).v_min == Approx(-200));
  CHECK(nn::returns_of(h, {}).v_min == -10);
  CHECK(nn::returns_of(h, {}).v_max == 10);
  h.head.v_min = -3;
  h.head.v_max = 5;
  returns = nn::returns_of(h, spec);
  CHECK(returns.v_min == -3);
  CHECK(returns.v_max == 5);
  h.algorithm = "pqn";
  CHECK_FALSE(nn::returns_of(h, spec).distributional());
}

}  // namespace qarium::agent_value_loss_test
