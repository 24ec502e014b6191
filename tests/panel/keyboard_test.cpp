// The window worked by the keyboard alone.
#include <set>
#include <string>

#include "tests/panel/rig.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::keyboard_test {
namespace {

using widgets::Dialog;
using widgets::Key;

std::string& focus_of(Rig& rig) {
  return rig.view.transient.focus.name;
}

/// Tab until this control has the focus.
void tab_to(Rig& rig, std::string_view name) {
  for (int i = 0; i < 400 && focus_of(rig) != name; ++i)
    rig.key(Key::Tab);
  REQUIRE(focus_of(rig) == name);
}

}  // namespace

TEST_CASE("Tab goes through every control that a click can work, and back") {
  Rig rig;
  rig.frame(2);
  std::set<std::string> wanted;
  for (const auto& control : rig.controls) {
    if (control.pressable && control.enabled) wanted.insert(control.name);
  }
  REQUIRE(wanted.size() > 30);
  std::set<std::string> reached;
  rig.key(Key::Tab);
  const auto first = focus_of(rig);
  do {
    reached.insert(focus_of(rig));
    rig.key(Key::Tab);
  } while (focus_of(rig) != first && reached.size() < 1000);
  CHECK(reached == wanted);
  rig.shift_key(Key::Tab);
  rig.key(Key::Tab);
  CHECK(focus_of(rig) == first);
  // A ring is drawn where it is.
  CHECK_FALSE(rig.view.transient.focus.area.empty());
  rig.click("transport.pause");
  CHECK(focus_of(rig).empty());
}

TEST_CASE("Enter clicks what has the focus, and nothing else") {
  Rig rig;
  rig.frame(2);
  rig.key(Key::Enter);
  CHECK(rig.commands.empty());
  tab_to(rig, "transport.pause");
  rig.key(Key::Enter);
  CHECK(rig.commands.size() == 1);
  rig.frame(3);
  CHECK(rig.commands.size() == 1);
}

TEST_CASE("the arrows move a slider, and the stage stays where it is") {
  Rig rig;
  rig.frame(2);
  tab_to(rig, "parameter.learning_rate.slider");
  rig.frame();
  rig.key(Key::Right);
  REQUIRE(rig.sent<protocol::Set>().size() == 1);
  CHECK(rig.sent<protocol::Set>().back().name == "learning_rate");
  CHECK(rig.sent<protocol::StageStep>().empty());
  rig.key(Key::Tab);
  rig.frame();
  rig.key(Key::Left);
  CHECK(rig.sent<protocol::StageStep>().size() == 1);
}

TEST_CASE("a list is chosen from by arrows and Enter") {
  Rig rig;
  rig.frame(2);
  tab_to(rig, "top.preset");
  rig.key(Key::Enter);
  rig.frame(2);
  rig.key(Key::Down);
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::Preset);
  CHECK(rig.view.transient.asked_preset == 1);
  CHECK(focus_of(rig).empty());  // the dialog begins without one
  rig.key(Key::Tab);
  CHECK(focus_of(rig).starts_with("preset."));
  rig.key(Key::Escape);
  rig.frame(2);
  CHECK(focus_of(rig) == "top.preset");
}

TEST_CASE("in a dialog Enter is the focused button's, and agreement's where none has the focus") {
  Rig rig;
  rig.frame(2);
  const auto ask = [&rig] {
    rig.view.transient.asked_preset = 1;
    rig.view.transient.dialog = Dialog::Preset;
    rig.view.transient.dialog_opens = true;
    rig.frame(2);
  };
  ask();
  tab_to(rig, "preset.cancel");
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::None);
  CHECK(rig.commands.empty());
  ask();
  CHECK(focus_of(rig).empty());
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK_FALSE(rig.commands.empty());
}

TEST_CASE("Tab stays within a dialog that is open") {
  Rig rig;
  rig.frame(2);
  tab_to(rig, "top.preset");
  rig.key(Key::F1);
  rig.frame(2);
  for (int i = 0; i < 5; ++i) {
    rig.key(Key::Tab);
    CHECK(focus_of(rig) == "keys.close");
  }
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::None);
  CHECK(focus_of(rig) == "top.preset");
}

TEST_CASE("the finder shows a hyperparameter, begins a preset, runs a command and explains a term") {
  Rig rig;
  rig.frame(2);
  const auto find = [&rig](std::string_view words) {
    rig.key(Key::K, true);
    rig.frame(2);
    REQUIRE(rig.view.transient.dialog == Dialog::Find);
    rig.type(words);
    rig.frame(2);
  };
  find("learning_rate");
  rig.key(Key::Enter);
  rig.frame(3);
  CHECK(rig.view.transient.dialog == Dialog::None);
  CHECK(rig.shows("parameter.learning_rate.value"));

  find(rig.presets.back().name);
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::Preset);
  rig.key(Key::Escape);
  rig.frame(2);

  find("light or dark");
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.theme == widgets::ThemeChoice::Light);

  find("target network");
  CHECK(rig.says("A copy of the network"));
  CHECK(rig.says("Mnih 2015"));
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::Find);
  rig.key(Key::Escape);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::None);

  find("zzzz");
  CHECK(rig.says("Nothing of that name"));
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::Find);
}

TEST_CASE("every term has a definition and a source, once") {
  std::set<std::string> names;
  for (const auto& term : config::terms()) {
    INFO(term.name);
    CHECK(names.insert(term.name).second);
    CHECK(term.definition.size() > 20);
    CHECK(term.definition.back() == '.');
    CHECK_FALSE(term.source.empty());
  }
  CHECK(names.size() > 30);
}

}  // namespace qarium::keyboard_test
