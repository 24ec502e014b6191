#include "tests/panel/rig.hpp"
#include "widgets/learn/curves_layout.hpp"
#include "widgets/parts/plot.hpp"

namespace qarium::plots_test {

TEST_CASE("ticks are round, inside the axis and not too many") {
  for (const auto& [low, high] :
       {std::pair{0.0, 1.0}, {0.0, 412'608.0}, {-0.37, 12.3}, {2100.0, 2380.0}, {1e-7, 3e-7}}) {
    for (const int most : {2, 4, 8}) {
      const auto found = widgets::ticks({low, high, false}, most);
      REQUIRE(found.size >= 1);
      REQUIRE(found.size <= most + 2);
      for (const double at : found) {
        REQUIRE(at >= low - 1e-6 * (high - low));
        REQUIRE(at <= high + 1e-6 * (high - low));
      }
      if (found.size < 2) continue;
      const double step = found.at[1] - found.at[0];
      const double leading = step / std::pow(10.0, std::floor(std::log10(step) + 1e-9));
      REQUIRE((leading == Approx(1) || leading == Approx(2) || leading == Approx(5)));
    }
  }
}

TEST_CASE("logarithmic ticks are powers of ten") {
  const auto found = widgets::ticks({1e-4, 10, true}, 6);
  REQUIRE(found.size == 6);
  for (const double at : found)
    REQUIRE(std::log10(at) == Approx(std::round(std::log10(at))).margin(1e-9));
}

TEST_CASE("an axis maps there and back, linear and logarithmic") {
  for (const auto& axis : {widgets::Axis{-3, 9, false}, widgets::Axis{1e-5, 1e3, true}}) {
    for (const float share : {0.0F, 0.3F, 0.99F})
      REQUIRE(axis.share(axis.value(share)) == Approx(share).margin(1e-4));
  }
  REQUIRE(widgets::Axis{1e-3, 1, true}.share(-5) == 0);
}

TEST_CASE("a fitted range has an extent whatever it is given") {
  for (const bool log : {false, true}) {
    for (const auto& [low, high] :
         {std::pair{0.0, 0.0}, {5.0, 5.0}, {-2.0, -2.0}, {INFINITY, -INFINITY}, {0.0, 1e-30}}) {
      const auto axis = widgets::fitted(low, high, high > 0 ? high : INFINITY, log);
      REQUIRE(axis.high > axis.low);
      REQUIRE(std::isfinite(axis.high - axis.low));
    }
  }
}

TEST_CASE("plots are neither flat nor narrow") {
  REQUIRE(widgets::plot_columns(740, 490, 8) == 2);
  REQUIRE(widgets::plot_columns(300, 600, 8) == 1);
  for (float width = 200; width < 2000; width += 100) {
    for (float height = 150; height < 1200; height += 100) {
      const int columns = widgets::plot_columns(width, height, 8);
      REQUIRE(columns >= 1);
      REQUIRE(columns <= 4);
    }
  }
}

TEST_CASE("unchanged curves are not decimated again") {
  Rig rig;
  rig.frame(3);
  const auto before = rig.view.transient.plots.misses();
  rig.frame(30);
  REQUIRE(rig.view.transient.plots.misses() == before);
  rig.curves.add(protocol::ScalarPoint{protocol::Scalar::Loss, 412'700, 1, 1, 1, 1});
  rig.frame(1);
  REQUIRE(rig.view.transient.plots.misses() > before);
}

TEST_CASE("the wheel zooms all plots around the pointer, a double click fits again") {
  Rig rig;
  rig.point("curves.loss", 0.5F);
  rig.wheel(3);
  auto& transient = rig.view.transient;
  REQUIRE_FALSE(transient.follow);
  REQUIRE(transient.to - transient.from < 0.8 * rig.curves.last_x());
  REQUIRE((transient.to + transient.from) / 2 == Approx(rig.curves.last_x() / 2).epsilon(0.05));
  rig.click("curves.mean_q");
  rig.click("curves.mean_q");
  REQUIRE(transient.follow);
}

TEST_CASE("dragging moves along, and a right drag zooms to its box") {
  Rig rig;
  rig.point("curves.loss", 0.5F);
  rig.wheel(5);
  const auto from = rig.view.transient.from;
  rig.drag("curves.loss", 0.3F, 0.7F);
  REQUIRE(rig.view.transient.from < from);

  Rig boxed;
  boxed.point("curves.loss", 0.25F, 0.2F);
  boxed.right(true);
  boxed.point("curves.loss", 0.5F, 0.8F);
  boxed.right(false);
  boxed.frame();
  const auto& transient = boxed.view.transient;
  REQUIRE_FALSE(transient.follow);
  REQUIRE(transient.from == Approx(0.25 * boxed.curves.last_x()).epsilon(0.05));
  REQUIRE(transient.to == Approx(0.5 * boxed.curves.last_x()).epsilon(0.05));
  REQUIRE(transient.y[static_cast<std::size_t>(widgets::PlotId::Loss)].has_value());
  boxed.click("curves.fit");
  REQUIRE(transient.follow);
  REQUIRE_FALSE(transient.y[static_cast<std::size_t>(widgets::PlotId::Loss)].has_value());
}

TEST_CASE("the step under the pointer is one for all plots") {
  Rig rig;
  rig.point("curves.td_error", 0.25F);
  rig.frame();
  REQUIRE(rig.view.transient.hovered_step.has_value());
  REQUIRE(*rig.view.transient.hovered_step == Approx(0.25 * rig.curves.last_x()).epsilon(0.05));
  rig.point("transport.pause");
  rig.frame(2);
  REQUIRE_FALSE(rig.view.transient.hovered_step.has_value());
}

TEST_CASE("each plot's axis becomes logarithmic by itself") {
  Rig rig;
  rig.click("curves.log.loss");
  REQUIRE(rig.view.log_axis[static_cast<std::size_t>(widgets::PlotId::Loss)]);
  REQUIRE_FALSE(rig.view.log_axis[static_cast<std::size_t>(widgets::PlotId::MeanQ)]);
  rig.frame(2);
}

}  // namespace qarium::plots_test
