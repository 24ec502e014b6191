// The DNC's step on arrays that are no longer than it asks for, all that it is to write filled with NaN: the sanitizers
// see what reaches beyond, and a number that is read before it is written spoils the result.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "engine/nn/ops/dnc_kernels.hpp"
#include "tests/catch.hpp"

namespace qarium::kernels_dnc_test {

using namespace qarium::nn;

namespace {

using Numbers = std::vector<float>;

Numbers some(std::int64_t count, float least, float most) {
  static std::minstd_rand random{1};
  std::uniform_real_distribution<float> spread(least, most);
  Numbers numbers(static_cast<std::size_t>(count));
  for (auto& number : numbers)
    number = spread(random);
  return numbers;
}

Numbers nothing(std::int64_t count) {
  return Numbers(static_cast<std::size_t>(count), std::numeric_limits<float>::quiet_NaN());
}

/// The arrays of a state, in the order of dnc::State.
struct Arrays {
  std::vector<Numbers> all;

  /// `make` is told how many.
  Arrays(const dnc::Shape& s, const auto& make) {
    for (const auto count :
         {s.slots * s.width, s.slots, s.slots * s.slots, s.slots, s.slots, s.heads * s.slots, s.heads * s.width})
      all.push_back(make(count));
  }
  template <class Real>
  dnc::State<Real> state() {
    return {all[0].data(), all[1].data(), all[2].data(), all[3].data(), all[4].data(), all[5].data(), all[6].data()};
  }
  /// Of the first so many arrays.
  bool finite(std::size_t arrays) const {
    return std::all_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(arrays), [](const Numbers& numbers) {
      return std::all_of(numbers.begin(), numbers.end(), [](float x) { return std::isfinite(x); });
    });
  }
};

}  // namespace

TEST_CASE("the DNC's step stays within what it asks for, and reads nothing before it is written", "[kernels]") {
  for (const std::int64_t slots : {1, 2, 5, 16, 33}) {
    for (const std::int64_t width : {1, 3, 16}) {
      for (const std::int64_t heads : {1, 2, 4}) {
        CAPTURE(slots, width, heads);
        const dnc::Shape shape{slots, width, heads};
        const auto interface = some(shape.interface(), -3, 3);
        Arrays before(shape, [&](std::int64_t count) { return some(count, 0, 1.0F / static_cast<float>(slots)); });
        Arrays after(shape, nothing);
        auto scratch = nothing(dnc::scratch_numbers(shape));
        dnc::step_forward<float>(shape, interface.data(), before.state<const float>(), after.state<float>(),
                                 scratch.data());
        CHECK(after.finite(7));

        Arrays of_after(shape, [](std::int64_t count) { return some(count, -1, 1); });
        Arrays of_before(shape, nothing);
        auto of_interface = nothing(shape.interface());
        scratch = nothing(dnc::scratch_numbers(shape));
        dnc::step_backward<float>(shape, interface.data(), before.state<const float>(), after.state<const float>(),
                                  of_after.state<float>(), of_interface.data(), of_before.state<float>(),
                                  scratch.data());
        CHECK(of_before.finite(6));
        CHECK(std::all_of(of_interface.begin(), of_interface.end(), [](float x) { return std::isfinite(x); }));
      }
    }
  }
}

TEST_CASE("the DNC's step takes usages that are no numbers", "[kernels]") {
  const dnc::Shape shape{40, 2, 1};
  const auto interface = some(shape.interface(), -1, 1);
  Arrays before(shape, [](std::int64_t count) { return some(count, 0, 0.02F); });
  for (std::size_t i = 0; i < 40; i += 3)
    before.all[1][i] = std::numeric_limits<float>::quiet_NaN();
  Arrays after(shape, nothing);
  auto scratch = nothing(dnc::scratch_numbers(shape));
  dnc::step_forward<float>(shape, interface.data(), before.state<const float>(), after.state<float>(), scratch.data());
  CHECK(std::isnan(after.all[1][0]));
  CHECK(std::isfinite(after.all[1][1]));
}

}  // namespace qarium::kernels_dnc_test
