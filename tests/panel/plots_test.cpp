#include "tests/panel/rig.hpp"
#include "widgets/learn/curve_plot.hpp"
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

TEST_CASE("neighbouring ticks never read the same, however far along") {
  for (const double low : {0.0, 1e3, 400'098.0, 2.9e9, 3e9, 7e11}) {
    for (const double span : {10.0, 240.0, 5e3, 1e6, 4e8}) {
      const auto found = widgets::ticks({low, low + span, false}, 6);
      for (int i = 1; i < found.size; ++i) {
        const auto at = static_cast<std::size_t>(i);
        INFO(low << " over " << span);
        REQUIRE(std::string(widgets::compact(found.at[at], found.step).view()) !=
                std::string(widgets::compact(found.at[at - 1], found.step).view()));
      }
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

TEST_CASE("of zeros alone a range is as wide as one, so that its ticks can be read") {
  const auto axis = widgets::fitted(0, 0, INFINITY, false);
  CHECK(axis.low == 0);
  CHECK(axis.high > 0.3);
  CHECK(axis.high < 2);
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
  rig.curves.add(fakes::point("loss", 412'700, 1));
  rig.frame(1);
  REQUIRE(rig.view.transient.plots.misses() > before);
}

TEST_CASE("the wheel zooms all plots around the pointer, a double click fits again") {
  Rig rig;
  rig.point("curves.loss", 0.5F);
  rig.wheel(3);
  auto& shown = rig.view.of<widgets::CurvesState>();
  REQUIRE_FALSE(shown.follow);
  REQUIRE(shown.to - shown.from < 0.8 * rig.curves.last_x());
  REQUIRE((shown.to + shown.from) / 2 == Approx(rig.curves.last_x() / 2).epsilon(0.05));
  rig.click("curves.mean_max_q");
  rig.click("curves.mean_max_q");
  REQUIRE(shown.follow);
}

TEST_CASE("dragging moves along, and a right drag zooms to its box") {
  Rig rig;
  rig.point("curves.loss", 0.5F);
  rig.wheel(5);
  const auto from = rig.view.of<widgets::CurvesState>().from;
  rig.drag("curves.loss", 0.3F, 0.7F);
  REQUIRE(rig.view.of<widgets::CurvesState>().from < from);

  Rig boxed;
  boxed.point("curves.loss", 0.25F, 0.2F);
  boxed.right(true);
  boxed.point("curves.loss", 0.5F, 0.8F);
  boxed.right(false);
  boxed.frame();
  const auto& shown = boxed.view.of<widgets::CurvesState>();
  REQUIRE_FALSE(shown.follow);
  REQUIRE(shown.from == Approx(0.25 * boxed.curves.last_x()).epsilon(0.05));
  REQUIRE(shown.to == Approx(0.5 * boxed.curves.last_x()).epsilon(0.05));
  REQUIRE(shown.zoomed.contains("Loss"));
  boxed.click("curves.fit");
  REQUIRE(shown.follow);
  REQUIRE_FALSE(shown.zoomed.contains("Loss"));
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
  REQUIRE(rig.view.of<widgets::CurvesState>().log_axis.contains("Loss"));
  REQUIRE_FALSE(rig.view.of<widgets::CurvesState>().log_axis.contains("Mean max Q"));
  rig.frame(2);
}

TEST_CASE("the plots of a DQN stand where they always stood, in the colours they always had") {
  const auto plots = widgets::plot_specs(*fakes::metrics());
  const auto& theme = widgets::kDarkTheme;
  struct Expected {
    std::string title, control, quiet;
    std::size_t lines;
    ImU32 color;
  };
  using core::Stage;
  const std::vector<Expected> expected{{"Episode return", "episode_return", "per episode", 2, theme.accent},
                                       {"Episode length", "episode_length", "steps", 1, theme.stage(Stage::Fusion)},
                                       {"Loss", "loss", "per update", 1, theme.stage(Stage::Encoder)},
                                       {"Mean max Q", "mean_max_q", "over the batch", 1, theme.stage(Stage::Memory)},
                                       {"|TD error|", "td_error", "p50, p95", 2, theme.stage(Stage::Attention)},
                                       {"Epsilon", "epsilon", "probability", 1, theme.good},
                                       {"Gradient norm", "gradient_norm", "", 1, theme.stage(Stage::Fusion)},
                                       {"Speed", "speed", "steps/s", 1, theme.stage(Stage::Encoder)}};
  REQUIRE(plots.size() == expected.size());
  for (std::size_t i = 0; i < plots.size(); ++i) {
    INFO(plots[i].title);
    CHECK(plots[i].title == expected[i].title);
    CHECK(plots[i].control == expected[i].control);
    CHECK(plots[i].quiet == expected[i].quiet);
    CHECK(plots[i].lines.size() == expected[i].lines);
    CHECK(widgets::plot_color(theme, plots[i].place) == expected[i].color);
  }
  CHECK(plots[6].level == "max_grad_norm");
  CHECK(plots[5].lines[0].style == protocol::MetricStyle::Exact);
  CHECK(plots[0].lines[1].style == protocol::MetricStyle::Marks);
}

TEST_CASE("plots stand by their order, keep their colour when others come, and names that sound alike differ") {
  std::vector<protocol::Metric> metrics{{.name = "speed", .plot = "Speed", .order = 9},
                                        {.name = "a", .plot = "Policy loss"},
                                        {.name = "unplotted"},
                                        {.name = "b", .plot = "|Policy loss|"},
                                        {.name = "c", .plot = "§"}};
  const auto before = widgets::plot_specs(metrics);
  REQUIRE(before.size() == 4);
  CHECK(before[0].control == "policy_loss");
  CHECK(before[1].control == "policy_loss_2");
  CHECK(before[2].control == "plot");
  CHECK(before[3].title == "Speed");
  metrics.push_back({.name = "d", .plot = "Entropy", .order = -1});
  metrics.push_back({.name = "e", .plot = "Policy loss", .label = "old"});
  const auto after = widgets::plot_specs(metrics);
  REQUIRE(after.size() == 5);
  CHECK(after[0].title == "Entropy");
  CHECK(after[1].lines.size() == 2);
  for (const auto& plot : before) {
    const auto same =
        std::find_if(after.begin(), after.end(), [&](const auto& each) { return each.title == plot.title; });
    REQUIRE(same != after.end());
    CHECK(same->place == plot.place);
  }
}

TEST_CASE("a family that nobody has heard of has its plots") {
  Rig rig;
  rig.trainer.metrics = std::make_shared<const std::vector<protocol::Metric>>(std::vector<protocol::Metric>{
      {.name = "policy_loss", .plot = "Policy loss", .unit = "nats", .help = "What the policy loses."},
      {.name = "clip_low", .plot = "Clipping", .label = "low", .level = "gamma"},
      {.name = "clip_middle", .plot = "Clipping", .label = "middle"},
      {.name = "clip_high", .plot = "Clipping", .label = "high", .level = "no such hyperparameter"},
      {.name = "kl", .plot = "KL", .style = protocol::MetricStyle::Marks}});
  for (std::int64_t step = 0; step < 1'000; ++step) {
    for (protocol::MetricId id = 0; id < 5; ++id)
      rig.curves.add(protocol::MetricPoint{id, step, 0.1F, 0.3F, 0.2F, 4});
  }
  rig.frame(2);
  for (const auto* control : {"curves.policy_loss", "curves.clipping", "curves.kl", "curves.log.kl"})
    CHECK(rig.shows(control));
  CHECK_FALSE(rig.shows("curves.loss"));
  rig.click("curves.enlarge.clipping");
  rig.frame();
  CHECK(rig.view.of<widgets::CurvesState>().maximised == "Clipping");
  CHECK_FALSE(rig.shows("curves.kl"));
  // Where learning goes on with a family that has no such plot, all of its own are shown.
  rig.trainer.metrics = fakes::metrics();
  rig.frame(2);
  CHECK(rig.shows("curves.loss"));
  CHECK(rig.shows("curves.epsilon"));
  rig.trainer.metrics = std::make_shared<const std::vector<protocol::Metric>>();
  rig.frame(2);
  CHECK_FALSE(rig.shows("curves.loss"));
  rig.trainer.metrics = nullptr;
  rig.frame(2);
}

}  // namespace qarium::plots_test
