// The lanes of the watched past: returning to one, two beside each other, one order of undoing.
#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/rig.hpp"

namespace qarium::lanes_test {
namespace {

protocol::LaneView lane(std::uint64_t id, std::uint64_t parent, std::int64_t start, std::int64_t last) {
  protocol::LaneView view;
  view.id = id;
  view.parent = parent;
  view.origin = parent == 0 ? protocol::LaneOrigin::First : protocol::LaneOrigin::Acted;
  view.start = start;
  view.last = last;
  view.episode = 4;
  view.step = 17;
  view.return_so_far = 12.25F;
  view.ended = id % 2 == 0;
  view.label = parent == 0 ? "from the start" : "you: left";
  return view;
}

/// Lane 1, and others that left it; the last is current.
void give_lanes(Rig& rig, int lanes) {
  rig.stage.moment.index = 1'240;
  rig.stage.last = 1'250;
  rig.stage.lanes = {lane(1, 0, 0, 1'400)};
  for (int i = 2; i <= lanes; ++i)
    rig.stage.lanes.push_back(lane(static_cast<std::uint64_t>(i), 1, 1'198 + i, 1'250));
  rig.stage.lanes.back().current = true;
  rig.stage.lane_count = rig.stage.lanes.size();
  rig.frame(2);
}

}  // namespace

TEST_CASE("one lane needs no strip; from two on each has a row") {
  Rig rig;
  rig.stage.lanes = {lane(1, 0, 0, 1'400)};
  rig.frame(2);
  CHECK_FALSE(rig.shows("lanes.1"));
  const auto before = rig.area("transport.scrubber");
  give_lanes(rig, 2);
  REQUIRE(rig.shows("lanes.1"));
  REQUIRE(rig.shows("lanes.2"));
  CHECK(rig.area("lanes.1").min.y >= rig.area("transport.scrubber").max.y);
  CHECK(rig.area("lanes.2").min.y >= rig.area("lanes.1").max.y - 1);
  CHECK(rig.area("transport.scrubber").min.y < before.min.y);
  CHECK(rig.says("you: left"));
  CHECK(rig.says("return 12.25, ended"));
}

TEST_CASE("a click on a lane returns to it, at the moment under the pointer or the one that is seen") {
  Rig rig;
  give_lanes(rig, 2);
  rig.click("lanes.1", 0.02F);
  auto asked = rig.sent<protocol::ReturnTo>();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].lane == 1);
  CHECK(asked[0].index == 1'240);
  // Far to the right on the line: near its end, which lane 2 has not.
  rig.click("lanes.1", 0.86F);
  asked = rig.sent<protocol::ReturnTo>();
  REQUIRE(asked.size() == 2);
  CHECK(asked[1].index > 1'300);
  CHECK(asked[1].index <= 1'400);
  rig.click("lanes.2", 0.86F);
  CHECK(rig.sent<protocol::ReturnTo>().back().lane == 2);
  CHECK(rig.sent<protocol::ReturnTo>().back().index == 1'250);
}

TEST_CASE("the keyboard returns to a lane at the moment that is seen, wherever the pointer is") {
  Rig rig;
  give_lanes(rig, 2);
  rig.point("lanes.2", 0.86F);
  for (int i = 0; i < 400 && rig.view.transient.focus.name != "lanes.1"; ++i)
    rig.key(widgets::Key::Tab);
  rig.key(widgets::Key::Enter);
  const auto asked = rig.sent<protocol::ReturnTo>();
  REQUIRE(asked.size() == 1);
  CHECK(asked[0].lane == 1);
  CHECK(asked[0].index == 1'240);
}

TEST_CASE("where the pointer rests on a lane its numbers are told exactly") {
  Rig rig;
  give_lanes(rig, 2);
  rig.point("lanes.2", 0.02F);
  rig.frame(60);
  CHECK(rig.says("Lane 2 diverged from lane 1"));
  CHECK(rig.says("step 17"));
  CHECK(rig.says("50 steps"));
  CHECK(rig.says("12.25"));
}

TEST_CASE("however many lanes there are, three are seen, the current one among them, and the wheel brings the others") {
  Rig rig;
  give_lanes(rig, 40);
  const auto seen = [&] {
    int rows = 0;
    for (int i = 1; i <= 40; ++i)
      rows += rig.shows("lanes." + std::to_string(i)) ? 1 : 0;
    return rows;
  };
  CHECK(seen() == 3);
  CHECK(rig.shows("lanes.40"));
  rig.point("lanes.40", 0.1F);
  rig.wheel(5);
  rig.frame(2);
  CHECK(seen() == 3);
  CHECK(rig.shows("lanes.33"));
  CHECK_FALSE(rig.shows("lanes.40"));
  rig.wheel(500);
  rig.frame(2);
  CHECK(rig.shows("lanes.1"));
  // Another becomes current: it comes into view.
  rig.stage.lanes[39].current = false;
  rig.stage.lanes[19].current = true;
  rig.frame(2);
  CHECK(rig.shows("lanes.20"));
}

TEST_CASE("a lane is shown beside the current one, and both scenes are drawn") {
  Rig rig;
  give_lanes(rig, 2);
  CHECK_FALSE(rig.shows("lanes.2.compare"));
  rig.click("lanes.1.compare");
  REQUIRE(rig.sent<protocol::CompareLane>().size() == 1);
  CHECK(rig.sent<protocol::CompareLane>()[0].lane == 1);
  rig.stage.compared = protocol::ComparedLane{1, 1'200, false, rig.stage.moment, rig.stage.scene};
  rig.stage.compared->moment.return_so_far = 77;
  rig.canvas.calls.clear();
  rig.frame();
  const auto drawn = [&](std::string_view key) {
    return std::any_of(rig.canvas.calls.begin(), rig.canvas.calls.end(),
                       [&](const auto& call) { return call.key == key; });
  };
  CHECK(drawn("stage"));
  CHECK(drawn("stage.compared"));
  CHECK(rig.says("lane 1 · return 77"));
  rig.click("lanes.1.compare");
  CHECK(rig.sent<protocol::CompareLane>().back().lane == 0);
}

TEST_CASE("Ctrl Z undoes actions and interventions in the one order in which they were made") {
  Rig rig;
  const auto undo = [&] {
    rig.key(widgets::Key::Z, true);
    rig.frame(2);
  };
  const auto answered = [&] { rig.stage.answered = rig.commands.size(); };
  undo();
  CHECK(rig.commands.empty());
  CHECK(rig.says("nothing to undo"));

  rig.view.workspace = "attention";
  rig.stage = fakes::attentive_stage(fakes::attention(4, 1, 10, true));
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.frame(2);
  rig.key(widgets::Key::Digit1);
  rig.stage.undoable = rig.commands.size();  // the action is the stage's last
  answered();
  rig.click("intervention.uniform");
  REQUIRE(rig.sent<protocol::Intervene>().size() == 1);
  CHECK_FALSE(rig.sent<protocol::Intervene>()[0].change.empty());
  rig.key(widgets::Key::Digit2);
  REQUIRE(rig.sent<protocol::Act>().size() == 2);
  const auto second = rig.commands.size();

  // The stage has not said yet what became of the action: it is waited for.
  undo();
  CHECK(rig.sent<protocol::TakeBack>().empty());
  CHECK(rig.sent<protocol::Intervene>().size() == 1);
  rig.stage.undoable = second;
  answered();
  rig.frame(2);
  REQUIRE(rig.sent<protocol::TakeBack>().size() == 1);
  rig.stage.undoable = 1;
  answered();
  undo();
  CHECK(rig.sent<protocol::TakeBack>().size() == 1);
  REQUIRE(rig.sent<protocol::Intervene>().size() == 2);
  CHECK(rig.sent<protocol::Intervene>()[1].change.empty());
  answered();
  undo();
  CHECK(rig.sent<protocol::TakeBack>().size() == 2);
}

}  // namespace qarium::lanes_test
