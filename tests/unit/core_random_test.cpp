// Philox4x32-10 against Random123's known answers, and what the streams promise.
#include <array>
#include <cmath>
#include <cstdint>
#include <set>
#include <type_traits>
#include <vector>

#include "engine/core/random.hpp"
#include "tests/catch.hpp"

namespace qarium::core_random_test {

using core::Purpose;
using core::RandomStream;

namespace {

using Block = std::array<std::uint32_t, 4>;

double correlation(RandomStream a, RandomStream b) {
  constexpr int kDraws = 20'000;
  double sum = 0;
  for (int i = 0; i < kDraws; ++i)
    sum += (a.uniform() - 0.5) * (b.uniform() - 0.5);
  return 12 * sum / kDraws;
}

}  // namespace

TEST_CASE("Philox4x32-10 gives Random123's known answers") {
  // kat_vectors of Random123, "philox 4x32 10".
  CHECK(core::philox4x32({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  CHECK(core::philox4x32({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}) ==
        Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(core::philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});
}

TEST_CASE("a stream reads Philox's blocks in order") {
  RandomStream stream(0x299f31d0a4093822, Purpose::Replay, 9);
  std::vector<std::uint32_t> expected;
  for (std::uint32_t block = 0; block < 3; ++block) {
    const auto words =
        core::philox4x32({block, 0, static_cast<std::uint32_t>(Purpose::Replay), 9}, {0xa4093822, 0x299f31d0});
    expected.insert(expected.end(), words.begin(), words.end());
  }
  for (const auto word : expected)
    CHECK(stream.next() == word);
}

TEST_CASE("a stream can be copied, compared and put anywhere") {
  STATIC_REQUIRE(std::is_trivially_copyable_v<RandomStream>);
  RandomStream stream(7, Purpose::Test, 3);
  for (int i = 0; i < 10; ++i)
    stream.next();
  CHECK(stream.position() == 10);
  RandomStream copy = stream;
  CHECK(copy == stream);
  const auto eleventh = stream.next();
  CHECK_FALSE(copy == stream);
  CHECK(copy.next() == eleventh);

  RandomStream jumped(7, Purpose::Test, 3);
  jumped.seek(10);
  CHECK(jumped.next() == eleventh);
  constexpr std::uint64_t kFar = (std::uint64_t{1} << 40) + 3;
  jumped.seek(kFar);
  jumped.next();
  CHECK(jumped.position() == kFar + 1);
}

TEST_CASE("streams that differ in seed, purpose or index are independent") {
  const RandomStream base(1, Purpose::Environment, 0);
  const std::vector<RandomStream> others{
      {2, Purpose::Environment, 0},        {std::uint64_t{1} << 32 | 1, Purpose::Environment, 0},
      {1, Purpose::Exploration, 0},        {1, Purpose::Environment, 1},
      {1, Purpose::Environment, 1U << 20},
  };
  // Five standard deviations of a product of uniforms.
  for (const auto& other : others)
    CHECK(std::abs(correlation(base, other)) < 5 / std::sqrt(20'000.0));

  std::set<std::uint32_t> first_draws;
  for (std::uint32_t index = 0; index < 2000; ++index) {
    first_draws.insert(RandomStream(1, Purpose::Environment, index).next());
  }
  CHECK(first_draws.size() >= 1998);
}

TEST_CASE("a uniform number is made of the next two draws, wherever the stream stands") {
  for (std::uint64_t position = 0; position < 9; ++position) {
    RandomStream draws(3, Purpose::Test, 1);
    RandomStream numbers(3, Purpose::Test, 1);
    draws.seek(position);
    numbers.seek(position);
    const std::uint64_t high = draws.next() >> 5;
    const std::uint64_t low = draws.next() >> 6;
    REQUIRE(numbers.uniform() == static_cast<double>((high << 26) | low) / 9007199254740992.0);
    REQUIRE(numbers == draws);
  }
}

TEST_CASE("uniform numbers are uniform") {
  constexpr int kDraws = 100'000;
  constexpr int kBins = 50;
  RandomStream stream(2, Purpose::Test, 0);
  std::array<int, kBins> counts{};
  double sum = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.uniform();
    REQUIRE((0 <= x && x < 1));
    ++counts[static_cast<std::size_t>(x * kBins)];
    sum += x;
  }
  double chi_squared = 0;
  for (const int count : counts)
    chi_squared += std::pow(count - kDraws / kBins, 2) / (kDraws / kBins);
  CHECK(chi_squared < 86);  // 49 degrees of freedom: one chance in a thousand
  CHECK(sum / kDraws == Approx(0.5).margin(5 / std::sqrt(12.0 * kDraws)));
  for (int i = 0; i < 1000; ++i) {
    const double x = stream.uniform(-3, 5);
    REQUIRE((-3 <= x && x < 5));
  }
}

TEST_CASE("bounded integers are uniform and within their bound") {
  RandomStream stream(3, Purpose::Test, 0);
  for (int i = 0; i < 100; ++i)
    REQUIRE(stream.below(1) == 0);
  const std::uint32_t bound = GENERATE(2U, 6U, 7U, 1000U);
  constexpr int kDraws = 70'000;
  std::vector<int> counts(bound);
  for (int i = 0; i < kDraws; ++i) {
    const auto x = stream.below(bound);
    REQUIRE(x < bound);
    ++counts[x];
  }
  const double expected = static_cast<double>(kDraws) / bound;
  double chi_squared = 0;
  for (const int count : counts)
    chi_squared += (count - expected) * (count - expected) / expected;
  const double freedom = bound - 1;
  CHECK(chi_squared < freedom + 5 * std::sqrt(2 * freedom) + 5);
}

TEST_CASE("a bound that does not divide 2^32 is not biased") {
  // Without rejection 3 * 2^30 would make every third number twice as likely.
  constexpr std::uint32_t kBound = 3U << 30;
  RandomStream stream(4, Purpose::Test, 0);
  std::array<int, 3> thirds{};
  constexpr int kDraws = 30'000;
  for (int i = 0; i < kDraws; ++i) {
    const auto x = stream.below(kBound);
    REQUIRE(x < kBound);
    ++thirds[x % 3];
  }
  for (const int count : thirds)
    CHECK(count == Approx(kDraws / 3.0).margin(5 * std::sqrt(kDraws * 2.0 / 9)));
}

TEST_CASE("normal numbers have the normal's moments") {
  RandomStream stream(5, Purpose::Test, 0);
  constexpr int kDraws = 100'000;
  double sum = 0;
  double squares = 0;
  double fourth = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double x = stream.normal();
    REQUIRE(std::isfinite(x));
    sum += x;
    squares += x * x;
    fourth += x * x * x * x;
  }
  CHECK(sum / kDraws == Approx(0).margin(5 / std::sqrt(1.0 * kDraws)));
  CHECK(squares / kDraws == Approx(1).margin(5 * std::sqrt(2.0 / kDraws)));
  CHECK(fourth / kDraws == Approx(3).margin(5 * std::sqrt(96.0 / kDraws)));
}

}  // namespace qarium::core_random_test
