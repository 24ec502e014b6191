// Panels alone, to be read from the last row.
#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/laboratory_fakes.hpp"
#include "tests/panel/layout.hpp"
#include "tests/panel/memory_fakes.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::present_test {

using widgets::Key;

TEST_CASE("a double click on a panel's head presents it, and Esc brings all back") {
  Rig rig;
  rig.click("head.Curves", 0.05F);
  rig.click("head.Curves", 0.05F);
  REQUIRE(rig.view.present.title == "Curves");
  rig.frame(2);
  CHECK(rig.shows("curves.loss"));
  CHECK(rig.shows("present.leave"));
  for (const auto* name : {"transport.pause", "top.theme", "pipeline.encoder", "replay.sort", "head.Replay"})
    CHECK_FALSE(rig.shows(name));
  CHECK(rig.area("head.Curves").max.x > 1'000);
  CHECK(rig.view.shown_scale() == 1.5F);
  rig.key(Key::Escape);
  CHECK_FALSE(rig.view.present.on());
  rig.frame(2);
  CHECK(rig.shows("transport.pause"));
  CHECK(rig.view.shown_scale() == 1);
}

TEST_CASE("F5 presents the panel under the pointer, and again all") {
  Rig rig;
  rig.point("replay.sample.0");
  rig.frame(2);
  rig.key(Key::F5);
  CHECK(rig.view.present.title == "Replay");
  rig.key(Key::F5);
  CHECK_FALSE(rig.view.present.on());
  rig.point("transport.pause");
  rig.frame(2);
  rig.key(Key::F5);
  CHECK(rig.view.present.title == "Stage");  // the first, where none is pointed at
  rig.click("present.leave");
  CHECK_FALSE(rig.view.present.on());
}

TEST_CASE("a second panel stands beside the first, and keys work as ever") {
  Rig rig;
  rig.view.present.title = "Stage";
  rig.frame(2);
  rig.click("present.beside");
  rig.frame(2);
  rig.click("present.beside.Action values");
  rig.frame(2);
  CHECK(rig.view.present.beside == "Action values");
  CHECK(rig.shows("head.Stage"));
  CHECK(rig.shows("head.Action values"));
  CHECK_FALSE(rig.area("head.Stage").overlaps(rig.area("head.Action values")));
  rig.key(Key::Space);
  CHECK(rig.sent<protocol::Pause>().size() == 1);
  rig.click("present.beside");
  rig.frame(2);
  rig.click("present.beside.nothing beside");
  rig.frame(2);
  CHECK_FALSE(rig.shows("head.Action values"));
}

TEST_CASE("every panel of every workspace stands alone, at any size, with all that it has in the window") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1920.0F, 1080.0F});
  for (const auto* workspace : widgets::workspaces()) {
    REQUIRE_FALSE(workspace->panels.empty());
    for (const auto& panel : workspace->panels) {
      INFO(workspace->id << " " << panel.titles.front());
      Rig rig(width, height);
      if (workspace->id == "attention") {
        rig.stage = fakes::attentive_stage(fakes::attention(4, 1, 10, true));
        rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(fakes::faithfulness());
      }
      if (workspace->id == "memory") {
        rig.stage = fakes::remembering_stage("ntm");
        rig.stage.counterfactual_rollout =
            std::make_shared<protocol::CounterfactualRollout>(fakes::counterfactual_rollout({}));
      }
      if (workspace->id == "laboratory") rig.laboratory = fakes::laboratory("ntm", 10);
      rig.view.workspace = workspace->id;
      rig.view.present.title = panel.titles.front();
      rig.frame(3);
      REQUIRE(rig.view.present.on());
      CHECK(rig.shows(std::string("head.").append(panel.titles.front())));
      const widgets::Rect window{{0, 0}, {width, height}};
      for (const auto& control : rig.controls) {
        INFO(control.name);
        CHECK((control.area.empty() || window.contains(control.area)));
      }
    }
  }
}

TEST_CASE("another workspace has panels of its own") {
  Rig rig;
  rig.view.present.title = "Replay";
  rig.frame(2);
  rig.key(Key::Digit2, true);
  rig.frame(2);
  CHECK_FALSE(rig.view.present.on());
  CHECK(rig.shows("transport.pause"));
}

TEST_CASE("a right click on a head offers to present the panel, and to copy or save its picture with a caption") {
  Rig rig;
  rig.point("head.Curves", 0.05F);
  rig.right(true);
  rig.right(false);
  rig.frame(2);
  REQUIRE(rig.shows("panel_menu.save"));
  rig.click("panel_menu.save");
  REQUIRE(rig.view.transient.wanted_picture);
  CHECK(rig.view.transient.wanted_picture->title == "Curves");
  CHECK(rig.view.transient.wanted_picture->area.contains(rig.area("head.Curves").centre()));
  CHECK(rig.view.transient.picture_caption.find("Curves · step 412,608") != std::string::npos);
  CHECK_FALSE(rig.shows("panel_menu.save"));
  CHECK_FALSE(rig.view.transient.picture_to_clipboard);
  rig.view.transient.wanted_picture.reset();
  rig.point("head.Replay", 0.05F);
  rig.right(true);
  rig.right(false);
  rig.frame(2);
  rig.click("panel_menu.copy");
  REQUIRE(rig.view.transient.wanted_picture);
  CHECK(rig.view.transient.wanted_picture->title == "Replay");
  CHECK(rig.view.transient.picture_caption.find("Replay · step 412,608") != std::string::npos);
  CHECK(rig.view.transient.picture_to_clipboard);
  CHECK_FALSE(rig.shows("panel_menu.copy"));
  rig.point("head.Replay", 0.05F);
  rig.right(true);
  rig.right(false);
  rig.frame(2);
  rig.click("panel_menu.present");
  CHECK(rig.view.present.title == "Replay");
  // A click elsewhere closes it and is a click all the same.
  rig.view.present = {};
  rig.frame(2);
  rig.point("head.Replay", 0.05F);
  rig.right(true);
  rig.right(false);
  rig.frame(2);
  rig.click("workspace.memory");
  CHECK(rig.view.workspace == "memory");
  CHECK_FALSE(rig.shows("panel_menu.save"));
}

TEST_CASE("F11 asks for the full screen and back") {
  Rig rig;
  rig.key(Key::F11);
  CHECK(rig.view.full_screen);
  rig.key(Key::F11);
  CHECK_FALSE(rig.view.full_screen);
}

}  // namespace qarium::present_test
