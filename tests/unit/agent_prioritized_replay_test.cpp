// Prioritized sampling (Schaul 2016): shares, importance weights, and what new transitions get.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "engine/agent/replay/replay_buffer.hpp"
#include "tests/catch.hpp"
#include "tests/unit/replay_oracle.hpp"

namespace qarium::agent_prioritized_replay_test {

using agent::Transition;
using tests::ReplayOracle;

namespace {

constexpr double kGamma = 0.9;
constexpr double kAlpha = 0.6;
constexpr double kEps = 1e-3;

double priority(double td_error) {
  return std::pow(std::abs(td_error) + kEps, kAlpha);
}

/// Gives every slot that can be sampled a TD error of its own; returns the priorities that follow.
std::map<std::size_t, double> set_priorities(ReplayOracle& oracle, std::int64_t n_step) {
  std::map<std::size_t, double> priorities;
  core::RandomStream random(1, core::Purpose::Test, 1);
  for (const auto& [slot, sample] : oracle.samples(n_step, kGamma)) {
    const double error = random.normal() * (slot % 7 == 0 ? 10 : 1);
    oracle.replay().set_priority(slot, error, kAlpha, kEps);
    priorities[slot] = priority(error);
  }
  return priorities;
}

double total_of(const std::map<std::size_t, double>& priorities) {
  double total = 0;
  for (const auto& [slot, its] : priorities)
    total += its;
  return total;
}

/// Checks the batch's weights: (N P)^-beta over the largest of them.
void check_weights(const std::vector<Transition>& steps, const std::map<std::size_t, double>& priorities, double beta) {
  const double total = total_of(priorities);
  const auto n = static_cast<double>(priorities.size());
  double largest = 0;
  for (const auto& step : steps)
    largest = std::max(largest, std::pow(n * priorities.at(step.slot) / total, -beta));
  float largest_seen = 0;
  for (const auto& step : steps) {
    const double weight = std::pow(n * priorities.at(step.slot) / total, -beta) / largest;
    REQUIRE(step.weight == Approx(weight).epsilon(1e-5));
    largest_seen = std::max(largest_seen, step.weight);
  }
  REQUIRE(largest_seen <= 1.0F);
  REQUIRE(largest_seen > 1.0F - 1e-6F);
}

}  // namespace

TEST_CASE("transitions come in proportion to |TD error|^alpha") {
  constexpr std::size_t kBatch = 32;
  constexpr int kBatches = 8'000;
  ReplayOracle oracle(2, 90, 3);
  oracle.replay().configure(3, true);
  oracle.play(100, 0.1);
  const auto priorities = set_priorities(oracle, 3);
  const double total = total_of(priorities);
  core::RandomStream stream(2, core::Purpose::Replay, 0);
  std::map<std::size_t, double> counts;
  std::vector<Transition> steps;
  for (int i = 0; i < kBatches; ++i) {
    oracle.replay().sample(kBatch, kGamma, 0.4, stream, steps);
    for (const auto& step : steps)
      ++counts[step.slot];
  }
  // Stratified draws vary less than independent ones, so chi-square's bound holds all the more.
  double chi_square = 0;
  for (const auto& [slot, its] : priorities) {
    const double expected = kBatch * kBatches * its / total;
    chi_square += (counts[slot] - expected) * (counts[slot] - expected) / expected;
  }
  const auto slots = static_cast<double>(priorities.size());
  CHECK(chi_square < slots - 1 + 5 * std::sqrt(2 * (slots - 1)));
  CHECK(counts.size() == priorities.size());
}

TEST_CASE("importance weights are (N P)^-beta over the batch's largest") {
  ReplayOracle oracle(2, 90, 3);
  oracle.replay().configure(1, true);
  oracle.play(50, 0.1);
  const auto priorities = set_priorities(oracle, 1);
  core::RandomStream stream(3, core::Purpose::Replay, 0);
  std::vector<Transition> steps;
  for (const double beta : {0.0, 0.4, 1.0}) {
    for (int i = 0; i < 50; ++i) {
      oracle.replay().sample(16, kGamma, beta, stream, steps);
      check_weights(steps, priorities, beta);
    }
  }
}

TEST_CASE("one draw comes from each equal share of the mass") {
  ReplayOracle oracle(2, 40, 1);
  oracle.replay().configure(1, true);
  oracle.play(20, 0.0);
  core::RandomStream stream(4, core::Purpose::Replay, 0);
  std::vector<Transition> steps;
  for (int i = 0; i < 20; ++i) {
    oracle.replay().sample(20, kGamma, 0.4, stream, steps);
    std::map<std::size_t, int> counts;
    for (const auto& step : steps)
      ++counts[step.slot];
    REQUIRE(counts.size() == 20);  // all are equal: each slot's share is one stratum
    for (const auto& step : steps)
      REQUIRE(step.weight == 1.0F);
  }
}

TEST_CASE("new transitions get the largest priority so far") {
  ReplayOracle oracle(2, 400, 1);
  oracle.replay().configure(3, true);
  oracle.play(60, 0.1);
  auto priorities = set_priorities(oracle, 3);
  double largest = 1;  // what the first ones got
  for (const auto& [slot, its] : priorities)
    largest = std::max(largest, its);
  REQUIRE(largest > 1);
  core::RandomStream stream(5, core::Purpose::Replay, 0);
  std::vector<Transition> steps;
  for (int round = 0; round < 100; ++round) {
    oracle.play(1, 0.1);
    const auto samples = oracle.samples(3, kGamma);
    for (const auto& [slot, sample] : samples)
      priorities.try_emplace(slot, largest);
    REQUIRE(priorities.size() == samples.size());
    oracle.replay().sample(32, kGamma, 1.0, stream, steps);
    check_weights(steps, priorities, 1.0);
    // A lower priority for one of them does not lower what the next gets.
    oracle.replay().set_priority(steps[0].slot, 0.01, kAlpha, kEps);
    priorities[steps[0].slot] = priority(0.01);
  }
}

TEST_CASE("priorities leave with the transitions they belong to") {
  core::RandomStream stream(6, core::Purpose::Replay, 0);
  std::vector<Transition> steps;
  for (const std::int64_t n_step : {1, 3, 5}) {
    ReplayOracle oracle(2, 80, 2);
    oracle.replay().configure(n_step, true);
    for (int round = 0; round < 60; ++round) {
      oracle.play(7, 0.15);
      const auto samples = oracle.samples(n_step, kGamma);
      REQUIRE(oracle.replay().size() == samples.size());
      oracle.replay().sample(64, kGamma, 0.5, stream, steps);
      for (const auto& step : steps) {
        REQUIRE(samples.count(step.slot) == 1);
        REQUIRE(step.reward == Approx(samples.at(step.slot).reward).epsilon(1e-6).margin(1e-6));
        oracle.replay().set_priority(step.slot, step.reward, kAlpha, kEps);
      }
    }
  }
}

TEST_CASE("a change of sampling starts the priorities anew, all equal") {
  ReplayOracle oracle(2, 80, 1);
  oracle.replay().configure(1, true);
  oracle.play(40, 0.1);
  set_priorities(oracle, 1);
  oracle.replay().configure(2, true);
  core::RandomStream stream(7, core::Purpose::Replay, 0);
  std::vector<Transition> steps;
  oracle.replay().sample(200, kGamma, 1.0, stream, steps);
  for (const auto& step : steps)
    REQUIRE(step.weight == 1.0F);
}

TEST_CASE("a priority that is no number, or of a slot that cannot be sampled, changes nothing") {
  ReplayOracle oracle(2, 40, 1);
  oracle.replay().configure(1, true);
  oracle.play(10, 0.0);
  oracle.replay().set_priority(3, std::numeric_limits<double>::quiet_NaN(), kAlpha, kEps);
  oracle.replay().set_priority(4, std::numeric_limits<double>::infinity(), kAlpha, kEps);
  oracle.replay().set_priority(10, 5, kAlpha, kEps);  // the current observation
  oracle.replay().set_priority(20, 5, kAlpha, kEps);  // never written
  core::RandomStream stream(8, core::Purpose::Replay, 0);
  std::vector<Transition> steps;
  oracle.replay().sample(500, kGamma, 1.0, stream, steps);
  for (const auto& step : steps) {
    REQUIRE(step.slot < 10);
    REQUIRE(step.weight == 1.0F);
  }
  CHECK(oracle.replay().size() == 10);

  ReplayOracle uniform(2, 40, 1);
  uniform.replay().configure(1, false);
  uniform.play(10, 0.0);
  uniform.replay().set_priority(3, 1e9, kAlpha, kEps);
  uniform.replay().sample(500, kGamma, 1.0, stream, steps);
  const auto hits = std::count_if(steps.begin(), steps.end(), [](const auto& step) { return step.slot == 3; });
  CHECK(hits < 120);
}

}  // namespace qarium::agent_prioritized_replay_test
