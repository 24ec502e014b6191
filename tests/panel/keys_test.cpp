#include "tests/panel/rig.hpp"
#include "widgets/keymap.hpp"
#include "widgets/learn/learn_state.hpp"

namespace qarium::keys_test {

using widgets::Key;

TEST_CASE("keys emit what their row of the map says") {
  Rig rig;
  rig.key(Key::Space);
  REQUIRE(rig.sent<protocol::Pause>().size() == 1);
  rig.key(Key::S);
  rig.key(Key::U);
  rig.key(Key::Escape);  // back from the update that it shows
  rig.key(Key::E);
  const auto steps = rig.sent<protocol::Step>();
  REQUIRE(steps.size() == 3);
  REQUIRE(steps[0].unit == protocol::Unit::EnvironmentStep);
  REQUIRE(steps[1].unit == protocol::Unit::Update);
  REQUIRE(steps[2].unit == protocol::Unit::Episode);
  rig.key(Key::P);
  REQUIRE(rig.sent<protocol::Halt>().size() == 1);
  rig.key(Key::Left);
  rig.key(Key::Right, true);
  REQUIRE(rig.sent<protocol::StageStep>()[0].n == -1);
  REQUIRE(rig.sent<protocol::StageStep>()[1].n == 10);
  rig.key(Key::Digit3);
  REQUIRE(rig.sent<protocol::Act>()[0].action == 2);
  rig.key(Key::N);
  REQUIRE(rig.sent<protocol::NewEpisode>().size() == 1);
}

TEST_CASE("Ctrl S saves and does not step") {
  Rig rig;
  rig.key(Key::S, true);
  REQUIRE(rig.sent<protocol::Save>().size() == 1);
  REQUIRE(rig.sent<protocol::Step>().empty());
}

TEST_CASE("a digit beyond the environment's actions does nothing") {
  Rig rig;
  rig.key(Key::Digit9);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("keys typed into a field are text and not commands") {
  Rig rig;
  rig.click("hyperparameters.filter");
  rig.frame(2);
  rig.type("spue");
  rig.key(Key::S);
  rig.key(Key::Space);
  rig.key(Key::P);
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.view.of<widgets::LearnState>().filter == "spue");
  rig.key(Key::Escape);
  rig.key(Key::S);
  REQUIRE(rig.sent<protocol::Step>().size() == 1);
}

TEST_CASE("R asks with the seed, and only the answer resets") {
  Rig rig;
  rig.trainer.hyperparameters.seed = 7;
  rig.frame();
  rig.key(Key::R);
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Reset);
  REQUIRE(rig.sent<protocol::Reset>().empty());
  rig.click("reset.agree");
  REQUIRE(rig.sent<protocol::Reset>().size() == 1);
  REQUIRE(rig.sent<protocol::Reset>()[0].seed == 7);
  rig.frame();
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::None);
}

TEST_CASE("the reset dialog takes another seed, and refuses what is none") {
  Rig rig;
  rig.key(Key::R);
  rig.frame(3);
  rig.type("42");
  rig.key(Key::Enter);
  REQUIRE(rig.sent<protocol::Reset>().size() == 1);
  REQUIRE(rig.sent<protocol::Reset>()[0].seed == 42);

  rig.key(Key::R);
  rig.frame(3);
  rig.type("-3");
  rig.key(Key::Enter);
  rig.click("reset.agree");
  REQUIRE(rig.sent<protocol::Reset>().size() == 1);
}

TEST_CASE("Escape leaves a dialog without sending anything, and keys below it are dead") {
  Rig rig;
  rig.key(Key::F1);
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Keys);
  rig.key(Key::Space);
  rig.key(Key::S);
  REQUIRE(rig.commands.empty());
  rig.key(Key::Escape);
  rig.frame();
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::None);
  rig.key(Key::S);
  REQUIRE(rig.commands.size() == 1);
}

TEST_CASE("F2 changes the theme, Ctrl plus and minus the scale within its bounds") {
  Rig rig;
  rig.key(Key::F2);
  REQUIRE(rig.view.theme == widgets::ThemeChoice::Light);
  rig.key(Key::Plus, true);
  REQUIRE(rig.view.scale > 1.05F);
  for (int i = 0; i < 30; ++i)
    rig.key(Key::Plus, true);
  REQUIRE(rig.view.scale == widgets::kMaximumScale);
  for (int i = 0; i < 60; ++i)
    rig.key(Key::Minus, true);
  REQUIRE(rig.view.scale == widgets::kMinimumScale);
  rig.key(Key::Digit0, true);
  REQUIRE(rig.view.scale == 1);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("no two rows of the map want the same key, and each says what it does") {
  const auto rows = widgets::key_bindings();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    REQUIRE(rows[i].act != nullptr);
    REQUIRE(rows[i].name.empty() == rows[i].help.empty());
    for (std::size_t j = i + 1; j < rows.size(); ++j) {
      REQUIRE_FALSE((rows[i].key == rows[j].key && rows[i].control == rows[j].control));
    }
  }
}

}  // namespace qarium::keys_test
