#include "tests/panel/layout.hpp"

#include "widgets/learn/learn_state.hpp"

namespace qarium::layout_test {

TEST_CASE("every control lies in the window and none covers another of its panel") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1600.0F, 900.0F},
                                        std::pair{1920.0F, 1080.0F}, std::pair{2560.0F, 1440.0F});
  const auto behind = GENERATE(0, 132);
  Rig rig(width, height);
  rig.stage = fakes::stage(behind);
  rig.frame(2);
  check_inside(rig, width, height);
  check_apart(rig);
  for (const auto* name :
       {"transport.pause", "transport.scrubber", "transport.take_over", "top.preset", "top.seed", "top.theme",
        "pipeline.encoder", "pipeline.head", "curves.episode_return", "curves.speed", "replay.sample.0",
        "action_values.history", "parameter.learning_rate.slider", "parameter.learning_rate.reset"}) {
    INFO(name);
    CHECK(rig.shows(name));
  }
}

TEST_CASE("at any scale everything that is drawn stays in the window and apart") {
  const float scale = GENERATE(0.5F, 0.75F, 1.25F, 1.5F, 2.0F, 3.0F);
  Rig rig(1280, 720, scale);
  check_inside(rig, 1280, 720);
  check_apart(rig);
}

TEST_CASE("with a plot alone the others are gone, and come back") {
  Rig rig;
  rig.click("curves.enlarge.loss");
  rig.frame();
  REQUIRE(rig.shows("curves.loss"));
  REQUIRE_FALSE(rig.shows("curves.mean_max_q"));
  rig.click("curves.enlarge.loss");
  rig.frame();
  REQUIRE(rig.shows("curves.mean_max_q"));
}

TEST_CASE("splitters move what they divide, keep minimum sizes, and go back on a double click") {
  Rig rig;
  const float before = rig.area("transport.scrubber").min.x;
  const auto left = rig.area("splitter.left");
  rig.point("splitter.left");
  rig.press();
  rig.point("curves.episode_return");
  rig.frame(2);
  rig.release();
  REQUIRE(rig.view.of<widgets::LearnState>().left_fraction > widgets::LearnState::kLeftFraction + 0.02F);
  REQUIRE(rig.area("splitter.left").min.x > left.min.x + 20);
  REQUIRE(rig.area("transport.scrubber").min.x == before);
  check_inside(rig, 1600, 900);
  check_apart(rig);

  rig.click("splitter.left");
  rig.click("splitter.left");
  REQUIRE(rig.view.of<widgets::LearnState>().left_fraction == widgets::LearnState::kLeftFraction);
}

TEST_CASE("window needs are those of the panels in sight") {
  widgets::ViewState view;
  REQUIRE(protocol::wants(widgets::window_needs(view), protocol::Part::Stage));
  REQUIRE(protocol::wants(widgets::window_needs(view), protocol::Part::Replay));
  view.panels_hidden = true;
  REQUIRE(widgets::window_needs(view) == protocol::kNothing);
}

}  // namespace qarium::layout_test
