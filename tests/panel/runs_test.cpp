// Runs in the window: the last one is continued, and learning that failed goes back to its checkpoint.
#include "tests/panel/rig.hpp"

namespace qarium::runs_test {

TEST_CASE("the last run is offered among the presets and asks before it takes over") {
  Rig rig;
  rig.last_run = "/somewhere/runs/cartpole-seed1";
  rig.click("top.preset");
  rig.frame();
  rig.click("top.preset.continue the last run");
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::LastRun);
  REQUIRE(rig.commands.empty());
  SECTION("agreed") {
    rig.click("last_run.agree");
    REQUIRE(rig.sent<protocol::OpenRun>().size() == 1);
    CHECK(rig.sent<protocol::OpenRun>()[0].run == rig.last_run);
    CHECK(rig.sent<protocol::OpenRun>()[0].learn);
    CHECK(rig.view.preset.empty());
  }
  SECTION("refused") {
    rig.click("last_run.cancel");
    CHECK(rig.commands.empty());
  }
  CHECK(rig.view.transient.dialog == widgets::Dialog::None);
}

TEST_CASE("where there is no last run none is offered") {
  Rig rig;
  rig.click("top.preset");
  rig.frame();
  CHECK_FALSE(rig.shows("top.preset.continue the last run"));
}

TEST_CASE("learning that failed can go back to its last checkpoint, and the error is told once") {
  Rig rig;
  auto& status = rig.trainer.status;
  status.run = "/somewhere/run";
  status.activity = protocol::Activity::Failed;
  status.error = "the loss has diverged in the block encoder";
  rig.frame();
  CHECK_FALSE(rig.shows("finding.go_back"));
  CHECK(rig.shows("status.message"));
  rig.trainer.findings = std::make_shared<const std::vector<protocol::Finding>>(
      1, protocol::Finding{.id = "stopped",
                           .severity = protocol::Finding::Severity::Error,
                           .title = "Learning has stopped",
                           .evidence = status.error,
                           .parameter = {},
                           .plot = {},
                           .block = {}});
  rig.frame(2);
  CHECK_FALSE(rig.shows("status.message"));
  rig.click("finding.go_back");
  REQUIRE(rig.sent<protocol::OpenRun>().size() == 1);
  CHECK(rig.sent<protocol::OpenRun>()[0].run == "/somewhere/run");
  CHECK_FALSE(rig.sent<protocol::OpenRun>()[0].learn);
  SECTION("not while it learns on") {
    status.activity = protocol::Activity::Learning;
  }
  SECTION("not where nothing is written") {
    status.run.clear();
  }
  rig.frame();
  CHECK_FALSE(rig.shows("finding.go_back"));
}

}  // namespace qarium::runs_test
