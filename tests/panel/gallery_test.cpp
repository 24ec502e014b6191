// The gallery: its cards, finding, the keyboard, what is opened and what is refused.
#include "widgets/gallery/gallery.hpp"

#include <set>

#include "engine/config/trained_agents.hpp"
#include "engine/core/error.hpp"
#include "engine/protocol/laboratory_tasks.hpp"
#include "tests/panel/layout.hpp"
#include "widgets/gallery/gallery_cards.hpp"
#include "widgets/settings.hpp"

namespace qarium::gallery_test {
namespace {

using widgets::Dialog;
using widgets::GalleryState;
using widgets::Key;

GalleryState& state_of(Rig& rig) {
  return rig.view.of<GalleryState>();
}

/// With the presets that ship and a plan for what is typed.
struct Shipped : Rig {
  explicit Shipped(float width = 1600, float height = 900, float scale_wanted = 1, Faces faces = Faces::Plain)
      : Rig(width, height, scale_wanted, faces) {
    presets = config::presets();
    view.preset = "cartpole";
    auto& worlds = models.of<widgets::Worlds>();
    worlds.look = [](const config::EnvironmentOptions& options) -> std::optional<widgets::World> {
      if (options.id.starts_with("gym:")) return std::nullopt;
      return widgets::World{fakes::breakout_scene(3), {4, 10, 10}, {"noop", "left", "right"}};
    };
    worlds.plan = [](const std::string& id) {
      config::Preset plan{"", "", {}};
      plan.hyperparameters.environment.id = id;
      return plan;
    };
    key(Key::O, true);
    frame(3);
  }
  /// Types into the field, letter by letter.
  void look_for(std::string_view text) {
    type(text);
    frame(2);
  }
};

}  // namespace

TEST_CASE("every preset has a card with a group and a description, every task one too") {
  Shipped rig;
  std::set<std::string> ids;
  std::size_t presets = 0;
  std::size_t tasks = 0;
  const auto groups = widgets::gallery_groups();
  const auto context = rig.context();
  for (const auto& card : widgets::gallery_cards(context)) {
    INFO(card.id);
    CHECK(ids.insert(card.id).second);
    CHECK(card.description.size() > 10);
    CHECK(std::ranges::find(groups, card.group) != groups.end());
    if (card.kind == widgets::GalleryCard::Kind::Preset) {
      ++presets;
      CHECK_FALSE(card.environment.empty());
      CHECK(card.trained == config::has_trained_agent(card.name));
    }
    if (card.kind == widgets::GalleryCard::Kind::Task) ++tasks;
  }
  CHECK(presets == rig.presets.size());
  CHECK(tasks == protocol::kLaboratoryTasks.size());
  // No group of presets is empty, and cards stand group after group.
  for (const auto group : config::kPresetGroups)
    CHECK(std::ranges::any_of(rig.presets, [&](const auto& preset) { return preset.group == group; }));
}

TEST_CASE("what looks like an id of Gymnasium is one") {
  CHECK(widgets::typed_environment("gym:ALE/Freeway-v5") == "gym:ALE/Freeway-v5");
  CHECK(widgets::typed_environment("  ALE/Freeway-v5 ") == "gym:ALE/Freeway-v5");
  CHECK(widgets::typed_environment("my_module:MyEnv-v0") == "gym:my_module:MyEnv-v0");
  CHECK(widgets::typed_environment("gym:FrozenLake") == "gym:FrozenLake");
  for (const auto* text : {"", "gym:", "breakout", "a-v", "-v0", "two words-v0", "gym:a b"}) {
    INFO(text);
    CHECK(widgets::typed_environment(text).empty());
  }
}

TEST_CASE("typing finds by name, description, environment and group") {
  Shipped rig;
  REQUIRE(rig.view.transient.dialog == Dialog::Gallery);
  const auto found = [&](std::string_view text) {
    std::vector<std::string> ids;
    for (const auto& card : widgets::gallery_matches(rig.context(), text, ""))
      ids.push_back(card.id);
    return ids;
  };
  CHECK(found("").size() == rig.presets.size() + 4);
  CHECK(found("tmaze ntm") == std::vector<std::string>{"preset.tmaze-ntm"});
  CHECK(std::ranges::count(found("control"), "preset.acrobot") == 1);
  CHECK(std::ranges::count(found("CartPole-v1"), "preset.cartpole") == 1);
  CHECK(found("laboratory").size() == 4);
  CHECK(found("zzz").empty());
  // A world of the program's own is not asked of Python.
  CHECK(found("CartPole-v1").front() != "typed.gym:CartPole-v1");
  CHECK(found("gym:ALE/Freeway-v5").front() == "preset.atari-freeway");
  CHECK(found("gym:ALE/Tennis-v5") == std::vector<std::string>{"typed.gym:ALE/Tennis-v5"});
}

TEST_CASE("the gallery is worked by the keyboard alone") {
  Shipped rig;
  REQUIRE(rig.view.transient.dialog == Dialog::Gallery);
  CHECK(state_of(rig).chosen == "preset.cartpole");
  std::vector<std::string> control;
  std::string games;
  for (const auto& card : widgets::gallery_matches(rig.context(), "", "")) {
    if (card.group == "control") control.push_back(card.id);
    if (card.group == "games" && games.empty()) games = card.id;
  }
  const auto first = std::ranges::find(control, "preset.cartpole") - control.begin();
  rig.key(Key::Right);
  CHECK(state_of(rig).chosen == control[static_cast<std::size_t>(first) + 1]);
  rig.key(Key::Left);
  CHECK(state_of(rig).chosen == "preset.cartpole");
  for (std::ptrdiff_t i = 0; i < first; ++i)
    rig.key(Key::Left);
  CHECK(state_of(rig).chosen == control.front());
  // Down, row by row, to the next group; and back up.
  int rows = 0;
  while (state_of(rig).chosen != games && rows++ < 10)
    rig.key(Key::Down);
  CHECK(state_of(rig).chosen == games);
  for (int i = 0; i < rows; ++i)
    rig.key(Key::Up);
  CHECK(state_of(rig).chosen == control.front());
  // To the last and back, and the chosen one is always in sight.
  for (int i = 0; i < 40; ++i) {
    rig.key(Key::Down);
    rig.frame(2);
    REQUIRE(rig.shows("gallery." + state_of(rig).chosen));
  }
  CHECK(state_of(rig).chosen.starts_with("task."));
  rig.look_for("tmaze-ntm");
  CHECK(state_of(rig).chosen == "preset.tmaze-ntm");
  REQUIRE(rig.commands.empty());
  SECTION("Enter begins from nothing, with the present seed") {
    rig.trainer.hyperparameters.seed = 11;
    rig.key(Key::Enter);
    REQUIRE(rig.sent<protocol::Configure>().size() == 1);
    CHECK(rig.sent<protocol::Configure>()[0].hyperparameters.environment.id == "tmaze_passive");
    CHECK(rig.sent<protocol::Configure>()[0].hyperparameters.seed == 11);
    // Until the answer is there nothing else is opened, and the name stands.
    rig.key(Key::Enter);
    CHECK(rig.commands.size() == 1);
    CHECK(rig.view.preset == "cartpole");
    rig.answer(true, "begun again");
    rig.frame(2);
    CHECK(rig.view.preset == "tmaze-ntm");
    CHECK(rig.view.transient.dialog == Dialog::None);
    CHECK(state_of(rig).yours.empty());
  }
  SECTION("Ctrl Enter opens the agent that ships") {
    rig.key(Key::Enter, true);
    REQUIRE(rig.sent<protocol::LoadTrained>().size() == 1);
    CHECK(rig.sent<protocol::LoadTrained>()[0].preset == "tmaze-ntm");
  }
  SECTION("Escape closes and nothing was sent") {
    rig.key(Key::Escape);
    rig.frame(2);
    CHECK(rig.view.transient.dialog == Dialog::None);
    CHECK(rig.commands.empty());
  }
}

TEST_CASE("a group alone is shown when it is clicked, and the mouse opens by a double click") {
  Shipped rig;
  rig.click("gallery.group.Memory");
  rig.frame(2);
  CHECK_FALSE(rig.shows("gallery.preset.acrobot"));
  REQUIRE(rig.shows("gallery.preset.tmaze"));
  rig.click("gallery.preset.tmaze");
  CHECK(state_of(rig).chosen == "preset.tmaze");
  CHECK(rig.commands.empty());
  rig.frame(60);
  rig.click("gallery.preset.repeat-previous");
  rig.press();
  rig.release();
  REQUIRE(rig.sent<protocol::Configure>().size() == 1);
  CHECK(rig.sent<protocol::Configure>()[0].hyperparameters.environment.id == "repeat_previous");
}

TEST_CASE("an environment that cannot be had is told in words, and nothing is lost") {
  Shipped rig;
  rig.look_for("gym:ALE/Tennis-v5");
  rig.key(Key::Enter);
  REQUIRE(rig.sent<protocol::Configure>().size() == 1);
  CHECK(rig.sent<protocol::Configure>()[0].hyperparameters.environment.id == "gym:ALE/Tennis-v5");
  rig.answer(false, "no Python that can import gymnasium was found. Type ./dev gym");
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == Dialog::Gallery);
  CHECK(rig.says("./dev gym"));
  CHECK(rig.view.preset == "cartpole");
  CHECK(state_of(rig).yours.empty());
  // What was typed is still there, and can be tried again.
  CHECK(state_of(rig).query == "gym:ALE/Tennis-v5");
  rig.key(Key::Enter);
  REQUIRE(rig.sent<protocol::Configure>().size() == 2);
  rig.answer(true, "begun again");
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::None);
  CHECK(state_of(rig).yours == widgets::Names{"gym:ALE/Tennis-v5"});
  // It is remembered, and nothing else is taken for one.
  rig.view.of<GalleryState>().yours.insert("rubbish");
  const auto back = widgets::view_state_from_text(widgets::to_text(rig.view));
  CHECK(back.of<GalleryState>().yours == widgets::Names{"gym:ALE/Tennis-v5"});
}

TEST_CASE("a plan that cannot be made is told, too") {
  Shipped rig;
  rig.models.of<widgets::Worlds>().plan = [](const std::string&) -> config::Preset {
    throw core::UserError("no such thing");
  };
  rig.look_for("gym:Nothing-v0");
  rig.key(Key::Enter);
  rig.frame(2);
  CHECK(rig.commands.empty());
  CHECK(rig.says("no such thing"));
}

TEST_CASE("a task opens the laboratory with it chosen") {
  Shipped rig;
  rig.look_for("priority sort");
  CHECK(state_of(rig).chosen == "task.priority_sort");
  rig.key(Key::Enter);
  rig.frame(3);
  CHECK(rig.view.workspace == "laboratory");
  CHECK(rig.view.transient.dialog == Dialog::None);
  CHECK(widgets::to_text(rig.view).find("priority_sort") != std::string::npos);
  CHECK(rig.commands.empty());
}

TEST_CASE("the list of presets leads to the gallery") {
  Rig rig;
  rig.click("top.preset");
  rig.frame();
  rig.click("top.preset.gallery (Ctrl O)");
  rig.frame(2);
  CHECK(rig.view.transient.dialog == Dialog::Gallery);
}

TEST_CASE("the gallery stands whole in the window at any size") {
  struct Size {
    float width, height, scale;
  };
  for (const auto& size :
       {Size{1600, 900, 1}, Size{1280, 720, 1}, Size{960, 540, 1}, Size{1280, 720, 1.5F}, Size{2560, 1440, 2}}) {
    Shipped rig(size.width, size.height, size.scale, Rig::real_faces() ? Rig::Faces::Real : Rig::Faces::Plain);
    INFO(size.width << " at " << size.scale);
    REQUIRE(rig.view.transient.dialog == Dialog::Gallery);
    const widgets::Rect window{{0, 0}, {size.width, size.height}};
    for (const auto* name : {"gallery.query", "gallery.open", "gallery.close", "gallery.group.Yours"}) {
      INFO(name);
      REQUIRE(rig.shows(name));
      CHECK(window.contains(rig.area(name)));
      CHECK(rig.area(name).width() > 20);
    }
    REQUIRE(rig.shows("gallery." + state_of(rig).chosen));
    check_apart(rig);
  }
}

}  // namespace qarium::gallery_test
