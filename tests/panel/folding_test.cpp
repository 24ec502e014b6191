// Panels fold to their heads, and the others take the room.
#include "widgets/folding.hpp"

#include "tests/panel/filled_workspace.hpp"
#include "tests/panel/layout.hpp"
#include "widgets/settings.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::folding_test {
namespace {

using widgets::Key;
using widgets::PanelFolds;

/// The titles of the panels that have a fold mark in this frame.
std::vector<std::string> panels_of(const Rig& rig) {
  constexpr std::string_view kMark = "head.fold.";
  std::vector<std::string> titles;
  for (const auto& control : rig.controls) {
    if (control.name.starts_with(kMark)) titles.push_back(control.name.substr(kMark.size()));
  }
  return titles;
}

/// No control lies where its head is.
void check_head_alone(const Rig& rig, const std::string& title) {
  if (!rig.shows("head." + title)) return;  // scrolled out of sight
  const auto head = rig.area("head." + title);
  for (const auto& control : rig.controls) {
    INFO(control.name);
    CHECK((control.name == "head." + title || !control.area.overlaps(head)));
  }
}

/// How many corners of what is drawn lie in this area, and whether all can be seen.
std::pair<int, bool> corners_in(const widgets::Rect& area) {
  int number = 0;
  bool seen = true;
  const auto& data = *ImGui::GetDrawData();
  for (int n = 0; n < data.CmdListsCount; ++n) {
    const auto& list = *data.CmdLists[n];
    for (const auto& command : list.CmdBuffer) {
      for (unsigned int i = 0; i < command.ElemCount; ++i) {
        const auto index = list.IdxBuffer[static_cast<int>(command.IdxOffset + i)];
        const auto at = list.VtxBuffer[static_cast<int>(command.VtxOffset + index)].pos;
        if (!area.contains(at)) continue;
        ++number;
        const auto& clip = command.ClipRect;
        seen &= at.x >= clip.x - 1 && at.x <= clip.z + 1 && at.y >= clip.y - 1 && at.y <= clip.w + 1;
      }
    }
  }
  return {number, seen};
}

float height_of(const Rig& rig, std::string_view title) {
  return rig.area(std::string("head.").append(title)).height();
}

}  // namespace

TEST_CASE("a click on its mark folds a panel to its head, the other takes the room, and a click brings it back") {
  Rig rig;
  const auto curves = rig.area("curves.episode_return");
  const auto head = rig.area("head.Replay");
  REQUIRE(rig.shows("replay.sort"));
  rig.click("head.fold.Replay");
  rig.frame(2);
  CHECK_FALSE(rig.shows("replay.sort"));
  CHECK_FALSE(rig.shows("replay.sample.0"));
  CHECK(rig.area("head.Replay").min.y > head.min.y + 60);
  CHECK(rig.area("curves.episode_return").height() > curves.height() + 10);
  CHECK(height_of(rig, "Replay") == head.height());
  CHECK(rig.says("last batch"));  // its head goes on telling
  check_inside(rig, 1600, 900);
  check_apart(rig);
  rig.click("head.fold.Replay");
  rig.frame(2);
  CHECK(rig.shows("replay.sort"));
  CHECK(rig.area("curves.episode_return").height() == curves.height());
}

TEST_CASE("the first of two panels folds as well, and what is below it grows upwards") {
  Rig rig;
  const auto before = rig.area("head.Action values");
  rig.click("head.fold.Stage");
  rig.frame(2);
  CHECK(rig.area("head.Action values").min.y < before.min.y - 200);
  CHECK(rig.area("head.Action values").min.y < rig.area("head.Stage").max.y + 12);
  CHECK_FALSE(rig.shows("stage.grid"));
  CHECK_FALSE(rig.shows("splitter.stage"));
}

TEST_CASE("a column whose panels are all folded is a strip, and its neighbours take the width") {
  Rig rig;
  rig.click("head.fold.Hyperparameters");
  rig.frame(2);
  CHECK(rig.area("head.Hyperparameters").width() < 40);
  CHECK(rig.area("head.Hyperparameters").max.x > 1'580);
  CHECK_FALSE(rig.shows("splitter.right"));
  const auto strip = rig.area("head.Hyperparameters");
  const auto [letters, seen] = corners_in(strip.shrunk(3, -2));
  CHECK(letters >= 6 * static_cast<int>(std::string_view("Hyperparameters").size()));
  CHECK(seen);
  CHECK(rig.area("head.fold.Curves").max.x > 1'500);
  rig.click("head.fold.Stage");
  rig.click("head.fold.Action values");
  rig.frame(2);
  CHECK(rig.area("head.Stage").width() < 40);
  CHECK(rig.area("head.Action values").width() < 40);
  CHECK(rig.area("head.Curves").min.x < 70);
  check_inside(rig, 1600, 900);
  check_apart(rig);
  rig.click("head.fold.Stage");
  rig.frame(2);
  CHECK(rig.area("head.Stage").width() > 100);
}

TEST_CASE("a strip of several heads tells of each what it is") {
  Rig rig(1280, 720, 1.5F);
  show_filled(rig, "memory");
  REQUIRE(rig.area("head.Intervention").width() < 50);
  for (const std::string title : {"Memory now", "Intervention"}) {
    INFO(title);
    const auto [letters, seen] = corners_in(rig.area("head." + title).shrunk(3, -2));
    CHECK(letters >= 5 * 4);
    CHECK(seen);
  }
}

TEST_CASE("the keyboard folds a panel and brings it back") {
  Rig rig;
  for (int i = 0; i < 200 && rig.view.transient.focus.name != "head.fold.Curves"; ++i)
    rig.key(Key::Tab);
  REQUIRE(rig.view.transient.focus.name == "head.fold.Curves");
  rig.key(Key::Enter);
  CHECK_FALSE(rig.shows("curves.episode_return"));
  CHECK(rig.view.transient.focus.name == "head.fold.Curves");
  rig.key(Key::Enter);
  CHECK(rig.shows("curves.episode_return"));
}

TEST_CASE("what is folded is remembered, for each workspace by itself") {
  Rig rig;
  rig.click("head.fold.Action values");
  const auto text = widgets::to_text(rig.view);
  const auto back = widgets::view_state_from_text(text);
  CHECK(back.of<PanelFolds>().folded == std::set<std::string, std::less<>>{"learn.Action values"});
  show_filled(rig, "memory");
  CHECK(rig.area("head.Action values").width() > 0);
  const auto context = rig.context();
  CHECK_FALSE(widgets::is_folded(context, "Action values"));
  rig.view.workspace = "learn";
  CHECK(widgets::is_folded(context, "Action values"));
}

TEST_CASE("a panel whose title follows the network stays folded under another") {
  Rig rig;
  show_filled(rig, "memory");
  rig.click("head.fold.Memory now");
  rig.stage = fakes::remembering_stage("lstm");
  rig.frame(3);
  CHECK_FALSE(rig.shows("head.fold.Memory now"));
  REQUIRE(rig.shows("head.fold.Units now"));
  CHECK(widgets::is_folded(rig.context(), "Units now"));
  rig.click("head.fold.Units now");
  CHECK(rig.view.of<PanelFolds>().folded.empty());
}

TEST_CASE("a folded panel stands whole where it is presented") {
  Rig rig;
  rig.click("head.fold.Curves");
  rig.view.present.title = "Curves";
  rig.frame(2);
  CHECK(rig.shows("curves.episode_return"));
  CHECK_FALSE(rig.shows("head.fold.Curves"));
  rig.key(Key::Escape);
  rig.frame(2);
  CHECK_FALSE(rig.shows("curves.episode_return"));
}

TEST_CASE("each panel of every workspace folds to a head with nothing else, alone and all together") {
  const auto [width, height, scale] = GENERATE(std::tuple{1280.0F, 720.0F, 1.0F}, std::tuple{1600.0F, 900.0F, 1.0F},
                                               std::tuple{900.0F, 700.0F, 1.0F}, std::tuple{1280.0F, 720.0F, 2.0F});
  for (const auto* workspace : widgets::workspaces()) {
    INFO(workspace->id << " " << width << " at " << scale);
    Rig rig(width, height, scale);
    show_filled(rig, workspace->id);
    const auto titles = panels_of(rig);
    REQUIRE_FALSE(titles.empty());
    for (const auto& title : titles) {
      INFO(title);
      widgets::fold(rig.context(), title, true);
      rig.frame(3);
      check_inside(rig, width, height);
      check_apart(rig);
      check_head_alone(rig, title);
      widgets::fold(rig.context(), title, false);
      rig.frame(3);
    }
    for (const auto& title : titles)
      widgets::fold(rig.context(), title, true);
    rig.frame(3);
    check_inside(rig, width, height);
    for (const auto& title : panels_of(rig)) {
      const auto area = rig.area("head.fold." + title);
      CHECK(std::min(area.width(), area.height()) <= 33 * scale);
    }
  }
}

TEST_CASE("where there is no room for all, the less important panels fold by themselves and nothing scrolls") {
  Rig rig(1280, 720, 1.5F);
  rig.frame(3);
  CHECK_FALSE(rig.view.transient.workspace_scrolls);
  CHECK(rig.shows("stage.grid"));
  CHECK(rig.shows("curves.episode_return"));
  for (const auto* title : {"Action values", "Replay", "Hyperparameters"}) {
    INFO(title);
    CHECK(rig.shows(std::string("head.fold.") + title));
    CHECK(widgets::is_folded(rig.context(), title));
  }
  CHECK(rig.view.of<PanelFolds>().folded.empty());  // that is the room's doing, not the user's
  check_inside(rig, 1280, 720);
  check_apart(rig);
}

TEST_CASE("a panel that folded for want of room opens by a click, and another makes room for it") {
  Rig rig(1280, 720, 1.5F);
  rig.frame(3);
  for (const auto* title : {"Replay", "Action values", "Curves", "Hyperparameters"}) {
    INFO(title);
    rig.click(std::string("head.fold.") + title);
    rig.frame(2);
    CHECK_FALSE(widgets::is_folded(rig.context(), title));
    CHECK(rig.view.transient.workspace_scrolls == (std::string_view(title) == "Hyperparameters"));  // higher than all
    check_inside(rig, 1280, 720);
    check_apart(rig);
  }
  rig.click("head.fold.Hyperparameters");  // now by the user
  rig.frame(2);
  CHECK(rig.view.of<PanelFolds>().folded.size() == 1);
  CHECK(widgets::is_folded(rig.context(), "Hyperparameters"));
}

TEST_CASE("with room for all no panel folds by itself, whatever was opened where there was none") {
  for (const auto* workspace : widgets::workspaces()) {
    INFO(workspace->id);
    Rig rig(1280, 720, 1);
    show_filled(rig, workspace->id);
    CHECK(rig.view.of<PanelFolds>().crowded.empty());
    CHECK_FALSE(rig.view.transient.workspace_scrolls);
  }
  Rig rig(1280, 720, 1.5F);
  rig.frame(3);
  rig.click("head.fold.Replay");
  rig.frame(2);
  REQUIRE(widgets::is_folded(rig.context(), "Curves"));
  ImGui::GetIO().DisplaySize = {1920, 1080};
  rig.frame(3);
  CHECK(rig.view.of<PanelFolds>().crowded.empty());
  CHECK(rig.shows("curves.episode_return"));
}

TEST_CASE("where too few panels would be left the page scrolls, and folding shortens it") {
  Rig rig(1280, 720, 2);
  rig.frame(3);
  REQUIRE(rig.view.transient.workspace_scrolls);
  CHECK(rig.view.of<PanelFolds>().crowded.empty());
  CHECK_FALSE(rig.shows("head.Replay"));
  for (const auto* title : {"Stage", "Action values", "Curves", "Hyperparameters"})
    widgets::fold(rig.context(), title, true);
  rig.frame(3);
  CHECK(rig.shows("head.Replay"));
  CHECK(rig.shows("head.Hyperparameters"));
  widgets::fold(rig.context(), "Curves", false);
  rig.frame(3);
  CHECK(rig.view.transient.workspace_scrolls);
  CHECK_FALSE(widgets::is_folded(rig.context(), "Replay"));  // what is unfolded drives nothing away
}

TEST_CASE("where the page scrolls all of a batch can be brought to sight, and no panel scrolls by itself") {
  Rig rig(1280, 720, 2);
  rig.trainer.replay->batch.resize(32, rig.trainer.replay->batch.front());
  for (const auto* title : {"Stage", "Action values", "Curves", "Hyperparameters"})
    widgets::fold(rig.context(), title, true);
  rig.frame(4);
  REQUIRE(rig.view.transient.workspace_scrolls);
  CHECK_FALSE(rig.shows("replay.sample.31"));
  const float before = widgets::comfort_of(rig.context(), "Replay");
  rig.wheel(-10);
  rig.point("head.Replay");
  for (int i = 0; i < 40 && !rig.shows("replay.all"); ++i)
    rig.wheel(-1);
  rig.click("replay.all");
  rig.frame(4);
  CHECK(widgets::comfort_of(rig.context(), "Replay") > 1.5F * before);
  for (int i = 0; i < 80 && !rig.shows("replay.sample.31"); ++i)
    rig.wheel(-1);
  CHECK(rig.shows("replay.sample.31"));
}

}  // namespace qarium::folding_test
