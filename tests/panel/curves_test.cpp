#include <limits>

#include "tests/panel/rig.hpp"

namespace qarium::curves_test {

using widgets::Curves;

namespace {

constexpr protocol::MetricId kLoss = 2;

void put(Curves& curves, std::int64_t step, float value) {
  curves.add(protocol::MetricPoint{kLoss, step, value, value, value, 1});
}

}  // namespace

TEST_CASE("merged points keep their extent") {
  Curves curves;
  curves.add(protocol::MetricPoint{kLoss, 10, 0.1F, 5.0F, 0.4F, 12});
  const auto column = curves.raw(kLoss).nearest(10);
  REQUIRE(column.minimum == 0.1F);
  REQUIRE(column.maximum == 5.0F);
  REQUIRE(column.mean == 0.4F);
}

TEST_CASE("smoothing begins as the plain mean and follows a step with its span") {
  Curves curves;
  curves.set_span(9);
  put(curves, 0, 2);
  put(curves, 1, 4);
  REQUIRE(curves.smooth(kLoss).nearest(1).mean == Approx(3));
  for (int i = 2; i < 200; ++i)
    put(curves, i, 10);
  REQUIRE(curves.smooth(kLoss).nearest(199).mean == Approx(10).margin(0.001));
  // The span is 9, so the weight of each new point is 0.2.
  put(curves, 200, 0);
  REQUIRE(curves.smooth(kLoss).nearest(200).mean == Approx(8).margin(0.001));
}

TEST_CASE("another span makes the smoothed curve anew, as if it had been so always") {
  Curves later;
  Curves always;
  always.set_span(200);
  for (int i = 0; i < 5'000; ++i) {
    const auto value = static_cast<float>((i * 7919) % 101);
    put(later, i, value);
    put(always, i, value);
  }
  later.set_span(200);
  REQUIRE(later.span() == 200);
  REQUIRE(later.smooth(kLoss).size() == always.smooth(kLoss).size());
  for (const int at : {0, 17, 400, 4'999}) {
    REQUIRE(later.smooth(kLoss).nearest(at).mean == Approx(always.smooth(kLoss).nearest(at).mean));
  }
  later.set_span(0);
  REQUIRE(later.span() == 1);
}

TEST_CASE("values that are no numbers leave no trace, and steps never go back") {
  Curves curves;
  put(curves, 10, 1);
  put(curves, 20, std::numeric_limits<float>::quiet_NaN());
  put(curves, 20, std::numeric_limits<float>::infinity());
  put(curves, 5, 3);
  REQUIRE(curves.raw(kLoss).size() == 2);
  REQUIRE(curves.smooth(kLoss).size() == 2);
  REQUIRE(curves.raw(kLoss).last_x() == 10);
  put(curves, 12, 5);
  REQUIRE(curves.smooth(kLoss).nearest(12).mean == Approx(3));
}

TEST_CASE("every change raises the version, and clearing forgets everything") {
  Curves curves;
  const auto before = curves.version();
  put(curves, 1, 1);
  REQUIRE(curves.version() > before);
  curves.add(widgets::Stamp{1, "gamma", "0.9"});
  const auto filled = curves.version();
  curves.clear();
  REQUIRE(curves.version() > filled);
  REQUIRE(curves.empty());
  REQUIRE(curves.stamps().empty());
  REQUIRE(curves.last_x() == 0);
  put(curves, 1, 7);
  REQUIRE(curves.smooth(kLoss).nearest(1).mean == 7);
}

}  // namespace qarium::curves_test
