// Policy: stored bytes in, action values out; the greedy action.
#include <torch/torch.h>

#include <cstring>
#include <limits>
#include <span>
#include <vector>

#include "engine/agent/network/network_policy.hpp"
#include "tests/catch.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::agent_policy_test {

using tests::Bytes;

namespace {

std::vector<std::span<const std::byte>> views(const std::vector<Bytes>& observations) {
  return {observations.begin(), observations.end()};
}

}  // namespace

TEST_CASE("the greedy action is the first of the largest") {
  const auto greedy = [](std::vector<float> values) { return agent::greedy(values); };
  CHECK(greedy({1}) == 0);
  CHECK(greedy({1, 3, 2}) == 1);
  CHECK(greedy({1, 3, 3, 2, 3}) == 1);
  CHECK(greedy({0, 0, 0}) == 0);
  CHECK(greedy({-3, -1, -1}) == 1);
  CHECK(greedy({-std::numeric_limits<float>::infinity(), -5}) == 1);
  CHECK(greedy({-0.0F, 0.0F}) == 0);
}

TEST_CASE("observations reach the network as the numbers they stand for") {
  auto h = config::preset("breakout-dqn").hyperparameters;
  agent::NetworkPolicy grid(h, tests::spec_of(h), torch::kCPU);
  std::vector<Bytes> observations(3, Bytes(400));
  for (std::size_t i = 0; i < 1200; ++i)
    observations[i / 400][i % 400] = static_cast<std::byte>(i * 7 % 256);
  auto batch = grid.batch(views(observations));
  CHECK(batch.sizes().vec() == std::vector<std::int64_t>{3, 4, 10, 10});
  REQUIRE(batch.scalar_type() == torch::kFloat);
  bool equal = true;
  for (std::size_t i = 0; i < 1200; ++i)
    equal = equal && batch.data_ptr<float>()[i] == static_cast<float>(i * 7 % 256);
  CHECK(equal);

  h = tests::small_cartpole();
  agent::NetworkPolicy vector(h, tests::spec_of(h), torch::kCPU);
  const std::vector<float> numbers = {0.25F, -3e-9F, 1e20F, -0.0F, 5, 6, 7, 8};
  std::vector<Bytes> states(2, Bytes(16));
  std::memcpy(states[0].data(), numbers.data(), 16);
  std::memcpy(states[1].data(), numbers.data() + 4, 16);
  batch = vector.batch(views(states));
  CHECK(std::memcmp(batch.data_ptr<float>(), numbers.data(), 32) == 0);
}

TEST_CASE("action values are the network's, row by row, without gradient") {
  const auto h = tests::small_breakout();
  agent::NetworkPolicy policy(h, tests::spec_of(h), torch::kCPU);
  std::vector<Bytes> observations(5, Bytes(400));
  for (std::size_t i = 0; i < 2000; ++i)
    observations[i / 400][i % 400] = static_cast<std::byte>(i * i % 3 == 1);
  const auto fused = policy.evaluate(views(observations)).preferences;
  REQUIRE(fused.size() == 30);
  const std::vector<float> kept(fused.begin(), fused.end());
  policy.use_fused(false);
  const auto direct = policy.network().forward(policy.batch(views(observations))).contiguous();
  CHECK(direct.requires_grad());
  const auto values = policy.evaluate(views(observations)).preferences;
  REQUIRE(values.size() == 30);
  CHECK(std::memcmp(values.data(), direct.data_ptr<float>(), 30 * sizeof(float)) == 0);
  for (std::size_t i = 0; i < 30; ++i)
    CHECK_THAT(kept[i], Catch::Matchers::WithinAbs(static_cast<double>(values[i]), 1e-5));
  CHECK(policy.parameters().gradients().eq(0).all().item<bool>());
}

}  // namespace qarium::agent_policy_test
