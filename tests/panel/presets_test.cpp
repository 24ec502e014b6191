// Beginning with a preset: its dialog, from nothing or with its trained agent.
#include "tests/panel/rig.hpp"

namespace qarium::presets_test {

TEST_CASE("choosing a preset asks, then configures with the present seed") {
  Rig rig;
  rig.trainer.hyperparameters.seed = 11;
  rig.click("top.preset");
  rig.frame();
  rig.click("top.preset.cartpole");
  rig.frame(2);
  REQUIRE(rig.commands.empty());
  rig.click("preset.agree");
  REQUIRE(rig.sent<protocol::Configure>().size() == 1);
  REQUIRE(rig.sent<protocol::Configure>()[0].hyperparameters.environment.id == "CartPole-v1");
  REQUIRE(rig.sent<protocol::Configure>()[0].hyperparameters.seed == 11);
  REQUIRE(rig.view.preset == "cartpole");
}

namespace {

/// Opens the dialog of a preset that has a trained agent.
void choose_trained_preset(Rig& rig) {
  rig.presets.push_back({"catch-attention", "Attention follows a ball.", {}});
  rig.trainer.hyperparameters.seed = 11;
  rig.click("top.preset");
  rig.frame();
  rig.click("top.preset.catch-attention");
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Preset);
  REQUIRE(rig.commands.empty());
}

}  // namespace

TEST_CASE("a preset without a trained agent offers none") {
  Rig rig;
  rig.click("top.preset");
  rig.frame();
  rig.click("top.preset.cartpole");
  rig.frame(2);
  REQUIRE(rig.shows("preset.agree"));
  REQUIRE_FALSE(rig.shows("preset.other"));
  rig.key(widgets::Key::T);
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Preset);
}

TEST_CASE("where a trained agent ships, the preset's dialog offers both ways") {
  Rig rig;
  choose_trained_preset(rig);
  SECTION("from nothing") {
    rig.click("preset.agree");
    REQUIRE(rig.sent<protocol::Configure>().size() == 1);
    REQUIRE(rig.sent<protocol::Configure>()[0].hyperparameters.seed == 11);
  }
  SECTION("from nothing, by the key") {
    rig.key(widgets::Key::Enter);
    REQUIRE(rig.sent<protocol::Configure>().size() == 1);
  }
  SECTION("trained") {
    rig.click("preset.other");
    REQUIRE(rig.sent<protocol::LoadTrained>().size() == 1);
    REQUIRE(rig.sent<protocol::LoadTrained>()[0].preset == "catch-attention");
  }
  SECTION("trained, by the key") {
    rig.key(widgets::Key::T);
    REQUIRE(rig.sent<protocol::LoadTrained>().size() == 1);
  }
  REQUIRE(rig.commands.size() == 1);
  REQUIRE(rig.view.preset == "catch-attention");
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::None);
  rig.answer(true, "done");
  REQUIRE(rig.curves.empty());
  REQUIRE(rig.attention_curves.empty());
}

TEST_CASE("the preset's dialog with both ways may be refused") {
  Rig rig;
  choose_trained_preset(rig);
  rig.click("preset.cancel");
  REQUIRE(rig.commands.empty());
  REQUIRE(rig.view.preset == "breakout");
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::None);
}

}  // namespace qarium::presets_test
