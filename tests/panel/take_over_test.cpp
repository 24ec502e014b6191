// Actions taken over by keys: what the names of actions mean, and the mode itself.
#include "widgets/take_over/take_over.hpp"

#include "tests/panel/layout.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::take_over_test {
namespace {

using widgets::ActionKeys;
using widgets::Key;
namespace moves = widgets::moves;

ActionKeys keys_of(std::vector<std::string> names) {
  return ActionKeys(names);
}

int press_of(const ActionKeys& keys, unsigned move) {
  return keys.action(move, move);
}

std::vector<int> acts(const Rig& rig) {
  std::vector<int> all;
  for (const auto& act : rig.sent<protocol::Act>())
    all.push_back(act.action);
  return all;
}

bool on(Rig& rig) {
  return rig.view.of<widgets::TakeOver>().on;
}

}  // namespace

TEST_CASE("arrows and space take MinAtar's actions, all six or the minimal set") {
  const auto all = keys_of({"noop", "left", "up", "right", "down", "fire"});
  CHECK(press_of(all, moves::kLeft) == 1);
  CHECK(press_of(all, moves::kUp) == 2);
  CHECK(press_of(all, moves::kRight) == 3);
  CHECK(press_of(all, moves::kDown) == 4);
  CHECK(press_of(all, moves::kFire) == 5);
  CHECK(all.idle() == 0);
  const auto breakout = keys_of({"noop", "left", "right"});
  CHECK(press_of(breakout, moves::kLeft) == 1);
  CHECK(press_of(breakout, moves::kRight) == 2);
  CHECK(press_of(breakout, moves::kUp) == -1);
  // Nothing can be fired: the space bar lets a step pass.
  CHECK(press_of(breakout, moves::kFire) == 0);
  CHECK(breakout.key_of(0) == moves::kFire);
  CHECK(all.key_of(0) == 0);
}

TEST_CASE("arrows take the actions of the classic tasks and of the T-maze") {
  const auto pole = keys_of({"left", "right"});
  CHECK(press_of(pole, moves::kLeft) == 0);
  CHECK(press_of(pole, moves::kRight) == 1);
  CHECK(press_of(pole, moves::kFire) == -1);
  CHECK(pole.idle() == -1);
  const auto car = keys_of({"left", "coast", "right"});
  CHECK(press_of(car, moves::kRight) == 2);
  CHECK(press_of(car, moves::kFire) == 1);
  const auto acrobot = keys_of({"torque -1", "torque 0", "torque +1"});
  CHECK(press_of(acrobot, moves::kLeft) == 0);
  CHECK(press_of(acrobot, moves::kRight) == 2);
  CHECK(acrobot.idle() == 1);
  const auto maze = keys_of({"left", "up", "right", "down"});
  CHECK(press_of(maze, moves::kLeft) == 0);
  CHECK(press_of(maze, moves::kUp) == 1);
  CHECK(press_of(maze, moves::kRight) == 2);
  CHECK(press_of(maze, moves::kDown) == 3);
}

TEST_CASE("two keys together take one action of the Arcade Learning Environment") {
  const auto keys =
      keys_of({"noop", "fire", "up", "right", "left", "down", "upright", "upleft", "downright", "downleft", "upfire",
               "rightfire", "leftfire", "downfire", "uprightfire", "upleftfire", "downrightfire", "downleftfire"});
  CHECK(press_of(keys, moves::kUp) == 2);
  CHECK(keys.action(moves::kUp | moves::kRight, moves::kRight) == 6);
  CHECK(keys.action(moves::kRight | moves::kFire, moves::kFire) == 11);
  CHECK(keys.action(moves::kDown | moves::kLeft | moves::kFire, moves::kLeft) == 17);
  CHECK(keys.key_of(6) == 0);
  // What no action means at once is done by the key that came last.
  CHECK(keys.action(moves::kLeft | moves::kRight, moves::kRight) == 3);
  CHECK(keys.action(moves::kLeft | moves::kRight, moves::kLeft) == 4);
}

TEST_CASE("names that say nothing of directions have digits alone") {
  const auto cards = keys_of({"clubs", "diamonds", "hearts", "spades"});
  const auto numbers = keys_of({"0", "1", "2", "3"});
  for (const auto& keys : {cards, numbers}) {
    for (const auto move : {moves::kLeft, moves::kRight, moves::kUp, moves::kDown, moves::kFire})
      CHECK(press_of(keys, move) == -1);
  }
  const auto grid = keys_of({"left", "right", "forward", "pickup", "drop", "toggle", "done"});
  CHECK(press_of(grid, moves::kUp) == 2);
  CHECK(press_of(grid, moves::kFire) == 5);
  CHECK_FALSE(grid.meaning(3).has_value());
  const auto road = keys_of({"lane left", "idle", "lane right", "faster", "slower"});
  CHECK(press_of(road, moves::kLeft) == 0);
  CHECK(press_of(road, moves::kDown) == 4);
  CHECK(road.idle() == 1);
  CHECK(press_of(keys_of({}), moves::kUp) == -1);
  CHECK(press_of(keys_of({"-1", "+1"}), moves::kRight) == 1);
}

TEST_CASE("while actions are taken over plain keys are the environment's, until Escape") {
  Rig rig;
  rig.view.of<widgets::StageSource>().learner = true;
  rig.stage.playing = true;
  rig.key(Key::T);
  REQUIRE(on(rig));
  // The watched episode waits, and is what is seen.
  CHECK(rig.sent<protocol::Halt>().size() == 1);
  CHECK_FALSE(rig.view.of<widgets::StageSource>().learner);
  rig.stage.playing = false;
  rig.commands.clear();
  rig.key(Key::Left);
  rig.key(Key::D);
  rig.key(Key::W);
  rig.key(Key::S);
  rig.key(Key::Space);
  rig.key(Key::Digit1);
  CHECK(acts(rig) == std::vector<int>{1, 3, 2, 4, 5, 0});
  CHECK(rig.commands.size() == 6);
  rig.key(Key::P);
  rig.key(Key::R);
  rig.key(Key::H);
  rig.key(Key::Tab);
  rig.key(Key::Enter);
  CHECK(rig.commands.size() == 6);
  CHECK(rig.view.transient.dialog == widgets::Dialog::None);
  CHECK_FALSE(rig.view.panels_hidden);
  // Others are the window's.
  rig.key(Key::F2);
  CHECK(rig.view.theme == widgets::ThemeChoice::Light);
  rig.key(Key::Escape);
  REQUIRE_FALSE(on(rig));
  rig.key(Key::Left);
  CHECK(rig.commands.size() == 7);
  CHECK(rig.sent<protocol::StageStep>().size() == 1);
}

TEST_CASE("a key that is held goes on at the environment's pace, and waits for each answer") {
  Rig rig;
  rig.stage.natural_rate = 10;
  rig.stage.speed = 1;
  rig.key(Key::T);
  rig.commands.clear();
  rig.hold(Key::Right, true);
  rig.frame();
  REQUIRE(acts(rig).size() == 1);
  rig.frame(60);  // a second, and nobody has answered
  CHECK(acts(rig).size() == 1);
  rig.answer(true, "you chose right");
  rig.frame(2);
  REQUIRE(acts(rig).size() == 2);
  for (int i = 0; i < 60; ++i) {
    if (rig.pending.waiting_for<protocol::Act>()) rig.answer(true, "you chose right");
    rig.frame();
  }
  CHECK(acts(rig).size() >= 8);
  CHECK(acts(rig).size() <= 24);
  rig.hold(Key::Right, false);
  rig.frame(2);
  const auto before = acts(rig).size();
  rig.frame(60);
  CHECK(acts(rig).size() == before);
}

TEST_CASE("in real time the episode goes on with the action that does nothing") {
  Rig rig;
  rig.stage.natural_rate = 10;
  rig.key(Key::T);
  rig.frame(2);
  rig.click("take_over.real_time");
  for (int i = 0; i < 60; ++i) {
    rig.frame();
    if (rig.pending.waiting_for<protocol::Act>()) rig.answer(true, "you chose noop");
  }
  REQUIRE(acts(rig).size() > 3);
  CHECK(std::ranges::all_of(acts(rig), [](int action) { return action == 0; }));
  rig.key(Key::Escape);
  const auto before = acts(rig).size();
  rig.frame(30);
  CHECK(acts(rig).size() == before);
}

TEST_CASE("the bar says which keys act, and acts by clicks") {
  Rig rig;
  rig.click("transport.take_over");
  rig.click("transport.by_keys");
  REQUIRE(on(rig));
  CHECK_FALSE(rig.shows("transport.by_keys"));
  CHECK(rig.says("You act"));
  CHECK(rig.says("you act"));
  CHECK(rig.says("Space"));
  rig.commands.clear();
  rig.click("take_over.fire");
  CHECK(acts(rig) == std::vector<int>{5});
  rig.click("take_over.leave");
  CHECK_FALSE(on(rig));
  rig.key(Key::T);
  rig.frame(2);
  rig.click("transport.take_over");
  CHECK_FALSE(on(rig));
  CHECK_FALSE(rig.shows("transport.by_keys"));
  CHECK_FALSE(rig.says("You act"));
}

TEST_CASE("a dialog has the keyboard before the environment has it, and presenting stays") {
  Rig rig;
  rig.key(Key::F5);
  REQUIRE(rig.view.present.on());
  rig.key(Key::T);
  rig.commands.clear();
  rig.key(Key::K, true);
  rig.frame(2);
  rig.key(Key::Right);
  CHECK(rig.commands.empty());
  rig.key(Key::Escape);
  rig.frame(2);
  REQUIRE(on(rig));
  rig.key(Key::Right);
  CHECK(acts(rig) == std::vector<int>{3});
  rig.key(Key::Escape);
  CHECK_FALSE(on(rig));
  CHECK(rig.view.present.on());
  rig.key(Key::Escape);
  CHECK_FALSE(rig.view.present.on());
}

TEST_CASE("the bar fits at any size, whatever the environment's actions are") {
  struct Size {
    float width, height, scale;
  };
  for (const auto& size : {Size{1600, 900, 1}, Size{1280, 720, 1}, Size{960, 540, 1}, Size{1280, 720, 1.5F}}) {
    Rig rig(size.width, size.height, size.scale, Rig::real_faces() ? Rig::Faces::Real : Rig::Faces::Plain);
    rig.key(Key::T);
    for (const int actions : {0, 2, 18, 64}) {
      rig.stage.action_names.clear();
      for (int i = 0; i < actions; ++i)
        rig.stage.action_names.push_back("action " + std::to_string(i));
      rig.frame(2);
      check_inside(rig, size.width, size.height);
      check_apart(rig);
      CHECK(rig.shows("take_over.leave"));
    }
  }
}

}  // namespace qarium::take_over_test
