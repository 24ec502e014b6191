// Statistics against numbers worked out by hand, and against what their definitions imply.
#include <array>
#include <cmath>
#include <vector>

#include "engine/core/statistics.hpp"
#include "tests/catch.hpp"

namespace qarium::core_statistics_test {

TEST_CASE("percentiles lie between their neighbours") {
  const std::vector<float> values = {4, 1, 3, 2};
  CHECK(core::percentile(values, 0) == 1);
  CHECK(core::percentile(values, 1) == 4);
  CHECK(core::percentile(values, 0.5) == 2.5);
  CHECK(std::abs(core::percentile(values, 0.25) - 1.75) < 1e-12);
  CHECK(std::isnan(core::percentile({}, 0.5)));
  CHECK(std::isnan(core::mean({})));
}

TEST_CASE("Spearman's correlation knows order alone, shares ranks between equals, and is 0 where nothing varies") {
  const std::array<float, 5> rising = {1, 2, 3, 4, 5};
  const std::array<float, 5> cubes = {1, 8, 27, 64, 125};
  const std::array<float, 5> falling = {9, 7, 5, 3, 1};
  const std::array<float, 5> same = {2, 2, 2, 2, 2};
  CHECK(std::abs(core::rank_correlation(rising, cubes) - 1) < 1e-12);
  CHECK(std::abs(core::rank_correlation(rising, falling) + 1) < 1e-12);
  CHECK(core::rank_correlation(rising, same) == 0);
  // Ranks 0.5 0.5 2 3 4 against 0 1 2 3 4: 9.5 / sqrt(9.5 * 10).
  const std::array<float, 5> tied = {1, 1, 2, 3, 4};
  CHECK(std::abs(core::rank_correlation(tied, rising) - 9.5 / std::sqrt(95.0)) < 1e-12);
}

TEST_CASE("the bootstrap interval holds the mean as often as it says") {
  int held = 0;
  constexpr int kTrials = 300;
  for (int trial = 0; trial < kTrials; ++trial) {
    core::RandomStream draws(11, core::Purpose::Test, static_cast<std::uint32_t>(trial));
    std::vector<float> values(40);
    for (auto& value : values)
      value = static_cast<float>(2 + draws.normal());
    const auto interval = core::bootstrap_mean(
        values, core::RandomStream(12, core::Purpose::Test, static_cast<std::uint32_t>(trial)), 500);
    CHECK(interval.low <= interval.high);
    held += interval.low <= 2 && 2 <= interval.high ? 1 : 0;
  }
  CHECK(held > 0.89 * kTrials);
  CHECK(held < 0.99 * kTrials);
  const std::array<float, 1> one = {3};
  const auto alone = core::bootstrap_mean(one, core::RandomStream(1, core::Purpose::Test, 1));
  CHECK(alone.low == 3);
  CHECK(alone.high == 3);
}

}  // namespace qarium::core_statistics_test
