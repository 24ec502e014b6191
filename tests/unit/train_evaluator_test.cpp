// Evaluator: greedy episodes on their own seeds, whose result depends on nothing but policy, seed and number.
#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "engine/env/vector_environment.hpp"
#include "engine/train/evaluator.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::train_evaluator_test {
namespace {

struct Episode {
  double total = 0;
  std::int64_t length = 0;
};

/// One environment after the other, one step after the other.
std::vector<Episode> by_hand(agent::NetworkPolicy& policy, const config::EnvironmentOptions& options,
                             std::int64_t episodes, std::int64_t batch, std::uint64_t seed) {
  std::vector<Episode> all;
  env::VectorEnvironment environments(options, batch, seed, core::Purpose::Evaluation);
  tests::Bytes observation(environments.spec().observation_space.bytes());
  for (std::int64_t k = 0; k < episodes; ++k) {
    const auto i = static_cast<std::size_t>(k % batch);
    environments.reset(i);
    Episode episode;
    for (bool over = false; !over;) {
      environments.observe(i, observation);
      const std::vector<std::span<const std::byte>> one = {observation};
      const auto result = environments[i].step(agent::greedy(policy.evaluate(one).preferences));
      episode.total += result.reward;
      ++episode.length;
      over = result.over();
    }
    all.push_back(episode);
  }
  return all;
}

}  // namespace

TEST_CASE("an evaluation is the mean and deviation of greedy episodes") {
  for (const auto& [h, episodes] :
       {std::pair{tests::small_cartpole(), std::int64_t{5}}, std::pair{tests::small_breakout(), std::int64_t{37}}}) {
    INFO(h.environment.id);
    agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
    const auto result = train::evaluate(policy, h.environment, episodes, 7);
    const auto expected = by_hand(policy, h.environment, episodes, std::min<std::int64_t>(episodes, 16), 7);
    const auto n = static_cast<double>(episodes);
    double total = 0;
    double length = 0;
    for (const auto& episode : expected) {
      total += episode.total;
      length += static_cast<double>(episode.length);
    }
    double squares = 0;
    for (const auto& episode : expected)
      squares += (episode.total - total / n) * (episode.total - total / n);
    CHECK(result.episodes == episodes);
    CHECK(result.mean_return == Approx(total / n));
    CHECK(result.std_return == Approx(std::sqrt(squares / n)));
    CHECK(result.mean_length == Approx(length / n));
    CHECK(train::evaluate(policy, h.environment, episodes, 7).mean_length == result.mean_length);
  }
}

TEST_CASE("an evaluation's seed decides its episodes") {
  const auto h = tests::small_cartpole();
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  const auto first = train::evaluate(policy, h.environment, 20, 1);
  const auto other = train::evaluate(policy, h.environment, 20, 2);
  CHECK((first.mean_length != other.mean_length || first.std_return != other.std_return));
}

TEST_CASE("an evaluation comes in steps, each of one forward pass") {
  const auto h = tests::small_cartpole();
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  train::Evaluator evaluator(h.environment, 3, 1);
  int ticks = 0;
  std::optional<train::Evaluation> result;
  while (!(result = evaluator.tick(policy)))
    ++ticks;
  // Three in step with one another take as many ticks as the longest.
  CHECK(ticks + 1 >= result->mean_length);
  CHECK(ticks + 1 <= 3 * result->mean_length);
}

}  // namespace qarium::train_evaluator_test
