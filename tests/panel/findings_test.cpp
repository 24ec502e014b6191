#include "tests/panel/layout.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::findings_panel_test {
namespace {

protocol::Finding bound() {
  protocol::Finding finding;
  finding.id = "beyond_bound";
  finding.title = "Action values pass what any return can be";
  finding.evidence = "mean max Q 113 over 256 updates; no return can pass 100";
  finding.parameter = "learning_rate";
  finding.plot = "Mean max Q";
  return finding;
}

void tell(Rig& rig, std::vector<protocol::Finding> findings) {
  rig.trainer.findings = std::make_shared<const std::vector<protocol::Finding>>(std::move(findings));
  rig.frame(2);
}

}  // namespace

TEST_CASE("when all is well no strip is there, and panels have its room") {
  Rig rig;
  REQUIRE_FALSE(rig.shows("finding.words"));
  const float before = rig.area("splitter.left").max.y;
  tell(rig, {});
  CHECK_FALSE(rig.shows("finding.words"));
  CHECK(rig.area("splitter.left").max.y == before);
  tell(rig, {bound()});
  CHECK(rig.shows("finding.words"));
  CHECK(rig.area("splitter.left").max.y < before);
  check_inside(rig, 1600, 900);
  check_apart(rig);
}

TEST_CASE("a finding is told with its evidence and leads to where it can be seen") {
  Rig rig;
  tell(rig, {bound()});
  CHECK(rig.says("Action values pass what any return can be"));
  CHECK(rig.says("no return can pass 100"));
  rig.view.workspace = "memory";
  rig.frame(2);
  rig.click("finding.plot");
  CHECK(rig.view.workspace == "learn");
  CHECK(rig.view.of<widgets::CurvesState>().maximised == "Mean max Q");
  rig.view.workspace = "attention";
  rig.frame(2);
  rig.click("finding.parameter");
  rig.frame(2);
  CHECK(rig.view.workspace == "learn");
  CHECK(rig.view.of<widgets::LearnState>().filter == "learning_rate");
  CHECK(rig.shows("parameter.learning_rate.slider"));
  auto dead = bound();
  dead.parameter = dead.plot = {};
  dead.block = core::Stage::Head;
  tell(rig, {dead});
  rig.click("finding.block");
  CHECK(rig.view.transient.dialog == widgets::Dialog::Block);
}

TEST_CASE("of several findings one is told, and the next is a click away") {
  Rig rig;
  auto other = bound();
  other.id = "always_clipped";
  other.title = "The gradient is always clipped";
  tell(rig, {bound(), other});
  CHECK(rig.says("1 of 2"));
  CHECK_FALSE(rig.says(other.title));
  rig.click("finding.next");
  CHECK(rig.says(other.title));
  tell(rig, {bound()});
  CHECK(rig.says(bound().title));
}

TEST_CASE("only an error is red: what is refused, and the end of learning, is not") {
  Rig rig;
  tell(rig, {bound()});
  const auto red = [&](std::string_view words) { return rig.said(words)->color == rig.theme.wrong; };
  rig.trainer.status.activity = protocol::Activity::Finished;
  rig.key(widgets::Key::Space);
  rig.answer(false, "all 100 steps are done: raise n_timesteps to go on, or reset");
  REQUIRE(rig.says("all 100 steps are done"));
  CHECK_FALSE(red("all 100 steps are done"));
  CHECK_FALSE(red("finished"));
  rig.trainer.status.error = "the loss is no longer finite";
  rig.frame(2);
  CHECK(red("the loss is no longer finite"));
}

TEST_CASE("a block's page has a histogram of its units") {
  Rig rig;
  protocol::LearnerHealth health;
  health.layers = {{core::Stage::Head, "layer 1", 256, 250, 251, true, 12, 64, {250, 2, 0, 0, 0, 0, 0, 0, 0, 4}},
                   {core::Stage::Encoder, "layer 1", 16, 1, 0, false, 0, 0, {3, 2, 1, 1, 1, 1, 1, 1, 1, 4}}};
  health.norms = {{core::Stage::Head, 3.5, 0.25}};
  rig.trainer.health = std::make_shared<const protocol::LearnerHealth>(health);
  rig.click("pipeline.head");
  rig.frame(2);
  CHECK(rig.says("250 of 256 dead"));
  CHECK(rig.says("251 of 256 units"));
  CHECK(rig.says("12 of 64, of layer 1"));
  const auto norms =
      widgets::ShortText("weights ").add(widgets::number(3.5)).add(", last gradient ").add(widgets::number(0.25));
  CHECK(rig.says(norms));
  rig.click("block.redo");
  CHECK(rig.sent<protocol::RecycleDormant>().size() == 1);
  CHECK_FALSE(rig.says("1 of 16 dead"));
  rig.point("block.activity.layer 1", 0.4F);
  rig.frame(40);
  CHECK(rig.says("% of the states"));
}

}  // namespace qarium::findings_panel_test
