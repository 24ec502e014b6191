// SumTree against a list that is searched from the front.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <vector>

#include "engine/agent/replay/sum_tree.hpp"
#include "engine/core/random.hpp"
#include "tests/catch.hpp"

namespace qarium::agent_sum_tree_test {

using agent::SumTree;

namespace {

double sum_before(const std::vector<double>& priorities, std::size_t item) {
  return std::accumulate(priorities.begin(), priorities.begin() + static_cast<std::ptrdiff_t>(item), 0.0);
}

}  // namespace

TEST_CASE("a sum tree finds the item in whose share a mass falls") {
  core::RandomStream random(1, core::Purpose::Test, 0);
  for (const std::uint32_t n : {1U, 2U, 5U, 64U, 100U}) {
    INFO(n << " items");
    SumTree tree(n);
    std::vector<double> list(n, 0.0);
    CHECK(tree.total() == 0);
    for (int change = 0; change < 300; ++change) {
      const auto item = random.below(n);
      list[item] = random.below(3) == 0 ? 0.0 : std::pow(10, random.uniform(-3, 3));
      tree.set(item, list[item]);
      REQUIRE(tree.get(item) == list[item]);
      const double total = sum_before(list, n);
      REQUIRE(tree.total() == Approx(total).epsilon(1e-12));
      if (total == 0) continue;
      for (int draw = 0; draw < 10; ++draw) {
        const double mass = random.uniform() * tree.total();
        const auto found = tree.find(mass);
        REQUIRE(found < n);
        REQUIRE(list[found] > 0);
        REQUIRE(mass >= sum_before(list, found) - 1e-9 * total);
        REQUIRE(mass <= sum_before(list, found) + list[found] + 1e-9 * total);
      }
      REQUIRE(list[tree.find(0)] > 0);
      REQUIRE(list[tree.find(std::nextafter(tree.total(), 0.0))] > 0);
    }
  }
}

TEST_CASE("a sum tree's shares begin and end where they should") {
  SumTree tree(4);
  const std::vector<double> list = {1, 0, 2, 4};
  for (std::size_t item = 0; item < list.size(); ++item)
    tree.set(item, list[item]);
  CHECK(tree.total() == 7);
  CHECK(tree.find(0.0) == 0);
  CHECK(tree.find(0.999) == 0);
  CHECK(tree.find(1.0) == 2);
  CHECK(tree.find(2.999) == 2);
  CHECK(tree.find(3.0) == 3);
  CHECK(tree.find(6.999) == 3);
}

TEST_CASE("equal priorities give equal sums whatever was set before") {
  constexpr std::size_t kItems = 77;
  core::RandomStream random(2, core::Purpose::Test, 0);
  std::vector<double> list(kItems);
  for (auto& priority : list)
    priority = random.uniform() * 1e-3;
  SumTree fresh(kItems);
  SumTree used(kItems);
  for (int i = 0; i < 1000; ++i)
    used.set(random.below(kItems), random.uniform() * 1e9);
  for (std::size_t item = 0; item < kItems; ++item)
    fresh.set(item, list[item]);
  for (std::size_t item = kItems; item-- > 0;)
    used.set(item, list[item]);
  CHECK(used.total() == fresh.total());
}

}  // namespace qarium::agent_sum_tree_test
