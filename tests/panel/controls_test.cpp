#include "tests/panel/rig.hpp"

namespace qarium::controls_test {

TEST_CASE("the control map finds by name what was drawn this frame") {
  widgets::ControlMap map;
  map.add("a", {{0, 0}, {10, 10}});
  map.add("nothing", {{5, 5}, {5, 9}});
  REQUIRE(map.size() == 1);
  REQUIRE(map.find("a") != nullptr);
  REQUIRE(map.find("a")->area.width() == 10);
  REQUIRE(map.find("b") == nullptr);
  map.clear();
  REQUIRE(map.find("a") == nullptr);
}

TEST_CASE("names in the map are unique, so that a name is one control") {
  Rig rig;
  std::vector<std::string> names;
  for (const auto& control : rig.controls)
    names.push_back(control.name);
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  INFO((twice == names.end() ? std::string() : *twice));
  REQUIRE(twice == names.end());
}

TEST_CASE("a press that is let go elsewhere is no click") {
  Rig rig;
  rig.point("transport.pause");
  rig.press();
  rig.point("transport.step");
  rig.release();
  REQUIRE(rig.commands.empty());
}

TEST_CASE("a tooltip waits for the pointer to rest, and asks to be drawn when it is due") {
  Rig rig;
  rig.point("transport.pause");
  rig.frame();
  REQUIRE(std::isfinite(rig.view.transient.wake_at));
  REQUIRE(rig.view.transient.wake_at > ImGui::GetTime());
  rig.frame(40);
  REQUIRE_FALSE(std::isfinite(rig.view.transient.wake_at));
}

TEST_CASE("untouched, nothing asks to be drawn again and nothing is emitted") {
  Rig rig;
  rig.frame(20);
  REQUIRE_FALSE(std::isfinite(rig.view.transient.wake_at));
  REQUIRE(rig.commands.empty());
}

TEST_CASE("theme and scale are chosen in the top bar") {
  Rig rig;
  rig.click("top.theme");
  REQUIRE(rig.view.theme == widgets::ThemeChoice::Light);
  rig.click("top.scale");
  rig.frame();
  rig.click("top.scale.150 %");
  REQUIRE(rig.view.scale == 1.5F);
  rig.click("top.save");
  REQUIRE(rig.sent<protocol::Save>().size() == 1);
}

TEST_CASE("a seed typed into the top bar is asked about") {
  Rig rig;
  rig.click("top.seed");
  rig.frame(2);
  rig.type("99");
  rig.key(widgets::Key::Enter);
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Reset);
  REQUIRE(rig.commands.empty());
  rig.click("reset.agree");
  REQUIRE(rig.sent<protocol::Reset>().size() == 1);
  REQUIRE(rig.sent<protocol::Reset>()[0].seed == 99);
}

}  // namespace qarium::controls_test
