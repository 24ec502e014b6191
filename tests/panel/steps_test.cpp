// Advancing learning by hand: what it costs is said before, what it did after.
#include "tests/panel/layout.hpp"

namespace qarium::steps_test {
namespace {

void pause(Rig& rig, std::int64_t due, std::int64_t steps) {
  rig.trainer.status.activity = protocol::Activity::Paused;
  rig.trainer.status.updates_due = due;
  rig.trainer.status.steps_to_update = steps;
  rig.frame(2);
}

/// On the button.
bool told(const Rig& rig, std::string_view button, std::string_view words) {
  const auto area = rig.area(button);
  for (const auto& text : rig.texts()) {
    if (text.text == words && area.contains(text.area.centre())) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("update and rollout are different keys and buttons") {
  Rig rig(1920, 1080);
  rig.key(widgets::Key::O);
  rig.key(widgets::Key::U);
  rig.click("transport.rollout");
  const auto steps = rig.sent<protocol::Step>();
  REQUIRE(steps.size() == 3);
  CHECK(steps[0].unit == protocol::Unit::Rollout);
  CHECK(steps[1].unit == protocol::Unit::Update);
  CHECK(steps[2].unit == protocol::Unit::Rollout);
}

TEST_CASE("what a key costs stands on it before it is pressed") {
  Rig rig(1920, 1080);
  pause(rig, 0, 255);
  CHECK(told(rig, "transport.update", "+255 steps"));
  CHECK(told(rig, "transport.rollout", "255 steps"));
  CHECK(told(rig, "transport.step", "S"));
  check_inside(rig, 1920, 1080);
  check_apart(rig);
  pause(rig, 5, 0);
  CHECK(told(rig, "transport.step", "+5 updates"));
  CHECK(told(rig, "transport.rollout", "+5 updates"));
  CHECK(told(rig, "transport.update", "U"));
  pause(rig, 1, 0);
  CHECK(told(rig, "transport.step", "+1 update"));
  pause(rig, 0, -1);  // not known
  CHECK(told(rig, "transport.update", "U"));
  rig.trainer.status.activity = protocol::Activity::Learning;
  rig.trainer.status.steps_to_update = 17;
  rig.frame(2);
  CHECK_FALSE(rig.says("+17"));
}

TEST_CASE("where the words do not fit the tooltip says what it costs") {
  Rig rig(1280, 720);
  pause(rig, 0, 255);
  rig.point("transport.update");
  rig.frame(40);
  CHECK(rig.says("255 steps come"));
}

TEST_CASE("what an advance by hand did is told once, in its own numbers") {
  Rig rig(1920, 1080);
  pause(rig, 0, 255);
  rig.key(widgets::Key::U);
  rig.answer(true, "");
  CHECK_FALSE(rig.says("stepping"));
  rig.trainer.status.stepped = {1, protocol::Unit::Update, {255, 1}, 2};
  rig.frame(2);
  CHECK(rig.says("made 255 environment steps and 1 update, 2 episodes ended"));
  const auto told = rig.pending.confirmations().size();
  rig.frame(30);
  CHECK(rig.pending.confirmations().size() == told);
  rig.trainer.status.stepped = {2, protocol::Unit::EnvironmentStep, {1, 0}, 0};
  rig.frame(2);
  CHECK(rig.says("made 1 environment step and 0 updates"));
}

}  // namespace qarium::steps_test
