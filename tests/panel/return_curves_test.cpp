// The distribution of each action's return as it is drawn.
#include "widgets/learn/return_curves.hpp"

#include <cmath>

#include "tests/catch.hpp"
#include "tests/panel/rig.hpp"

namespace qarium::return_curves_test {

namespace {

protocol::ReturnDistribution quantiles() {
  return {.actions = 2, .numbers = {0, 0, 1, 1, 2, 2, 3, 9}};
}

protocol::ReturnDistribution atoms() {
  return {.categorical = true,
          .actions = 2,
          .v_min = -10,
          .v_max = 10,
          .numbers = {0, 0, 0.5F, 0.5F, 0, 0, 0.999F, 0.001F, 0, 0}};
}

float density_near(const widgets::ReturnCurves& curves, std::size_t action, float at) {
  std::size_t best = 0;
  for (std::size_t i = 0; i < widgets::ReturnCurves::kPoints; ++i)
    if (std::abs(curves.at(i) - at) < std::abs(curves.at(best) - at)) best = i;
  return curves.densities[action * widgets::ReturnCurves::kPoints + best];
}

}  // namespace

TEST_CASE("curves of quantiles are high where quantiles lie close, and their means are right", "[panel]") {
  const auto curves = widgets::return_curves(quantiles());
  CHECK(curves.means[0] == Approx(0.5));
  CHECK(curves.means[1] == Approx(4));
  CHECK(curves.low < 0);
  CHECK(curves.high > 9);
  CHECK(density_near(curves, 0, 0) == Approx(1).margin(0.1));  // two of four lie there
  CHECK(density_near(curves, 1, 6) < 0.01F);
  CHECK(density_near(curves, 1, 9) == Approx(0.5).margin(0.1));
}

TEST_CASE("curves of atoms are their probabilities, and the axis leaves out what has none", "[panel]") {
  const auto curves = widgets::return_curves(atoms());
  CHECK(curves.means[0] == Approx(2.5));
  CHECK(curves.low > -6);
  CHECK(curves.high < 6);
  CHECK(density_near(curves, 1, -5) == Approx(1).margin(0.15));
  CHECK(density_near(curves, 0, 2.5F) == Approx(0.5).margin(0.1));
}

TEST_CASE("numbers that are not finite and a certain return are drawn all the same", "[panel]") {
  auto bad = quantiles();
  bad.numbers[3] = NAN;
  for (const auto& returns : {bad, protocol::ReturnDistribution{.actions = 1, .numbers = {5, 5, 5}}}) {
    const auto curves = widgets::return_curves(returns);
    CHECK(curves.high > curves.low);
    for (const float density : curves.densities)
      CHECK((density >= 0 && density <= 1));
  }
}

TEST_CASE("where returns are distributions their curves stand over the action values", "[panel]") {
  Rig rig(1600, 900);
  rig.frame(2);
  CHECK_FALSE(rig.says("expected return"));
  rig.stage.moment.returns = quantiles();
  rig.frame(2);
  CHECK(rig.says("expected return"));
  CHECK(rig.says("Action values"));
}

}  // namespace qarium::return_curves_test
