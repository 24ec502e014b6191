#include "widgets/workspaces.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "tests/panel/rig.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/keymap.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/settings.hpp"

namespace qarium::workspaces_test {

using widgets::Key;
using widgets::workspaces;

namespace {

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("every row of the table says all that a workspace must") {
  std::set<std::string_view> ids;
  std::set<widgets::Key> keys;
  REQUIRE(workspaces().size() >= 4);
  for (const auto* workspace : workspaces()) {
    INFO(workspace->id);
    CHECK(ids.insert(workspace->id).second);
    CHECK(keys.insert(workspace->key).second);
    CHECK_FALSE(workspace->title.empty());
    CHECK_FALSE(workspace->help.empty());
    CHECK(workspace->key_name.starts_with("Ctrl "));
    REQUIRE(workspace->needs != nullptr);
    REQUIRE(workspace->draw != nullptr);
    CHECK(workspace->needs(widgets::ViewState{}) != protocol::kNothing);
    CHECK(widgets::find_workspace(workspace->id) == workspace);
    std::set<std::string_view> names;
    for (const auto& row : workspace->settings) {
      INFO(row.name);
      CHECK(names.insert(row.name).second);
    }
  }
  CHECK(widgets::find_workspace("cellar") == nullptr);
}

TEST_CASE("tab, key, needs and panels follow from the table") {
  Rig rig;
  for (const auto* workspace : workspaces()) {
    INFO(workspace->id);
    rig.key(workspace->key, true);
    REQUIRE(rig.view.workspace == workspace->id);
    REQUIRE(&widgets::shown_workspace(rig.view) == workspace);
    const auto needs = widgets::window_needs(rig.view);
    REQUIRE((needs & workspace->needs(rig.view)) == workspace->needs(rig.view));
    REQUIRE(protocol::wants(needs, protocol::Part::Network));
    REQUIRE(rig.controls.size() > 10);
  }
  for (const auto* workspace : workspaces()) {
    rig.click(widgets::ShortText("workspace.").add(workspace->id));
    REQUIRE(rig.view.workspace == workspace->id);
    REQUIRE(widgets::view_state_from_text(widgets::to_text(rig.view)).workspace == workspace->id);
  }
  // Ctrl Tab goes round.
  for (std::size_t i = 0; i < workspaces().size(); ++i) {
    rig.key(Key::Tab, true);
    REQUIRE(rig.view.workspace == workspaces()[i]->id);
  }
}

TEST_CASE("a workspace that there is no more is the first") {
  Rig rig;
  rig.view.workspace = "cellar";
  rig.frame(2);
  REQUIRE(&widgets::shown_workspace(rig.view) == workspaces().front());
  REQUIRE(rig.shows("curves.loss"));
  rig.key(Key::Tab, true);
  REQUIRE(rig.view.workspace == workspaces()[1]->id);
}

TEST_CASE("a parameter that is not needed in a workspace is not asked for there") {
  widgets::ViewState view;
  const auto asks = [&](std::string_view workspace, protocol::Part part) {
    view.workspace = workspace;
    return protocol::wants(widgets::window_needs(view), part);
  };
  using protocol::Part;
  CHECK(asks("learn", Part::Replay));
  CHECK_FALSE(asks("learn", Part::Attention));
  CHECK(asks("attention", Part::AttentionMatrix));
  view.of<widgets::AttentionState>().matrix = false;
  CHECK_FALSE(asks("attention", Part::AttentionMatrix));
  CHECK(asks("attention", Part::AttentionCurves));
  CHECK(asks("memory", Part::Memory));
  CHECK_FALSE(asks("memory", Part::Replay));
  CHECK(asks("laboratory", Part::Laboratory));
  CHECK_FALSE(asks("laboratory", Part::Stage));
}

TEST_CASE("what a workspace reports has a name for each value") {
  Rig rig;
  for (const auto* workspace : workspaces()) {
    if (workspace->report == nullptr) continue;
    widgets::Report report;
    const widgets::Fonts fonts;
    const widgets::PanelContext context{rig.trainer, rig.stage, rig.models, rig.pending,
                                        rig.view,    rig.theme, fonts,      rig.canvas};
    workspace->report(context, report);
    std::set<std::string> names;
    for (const auto& [name, value] : report.entries()) {
      INFO(workspace->id << " " << name);
      CHECK(names.insert(name).second);
    }
    CHECK_FALSE(names.empty());
  }
}

TEST_CASE("no workspace includes another, and what they share includes none of them") {
  const std::filesystem::path widgets(std::filesystem::path(QARIUM_SOURCE_DIR) / "widgets");
  std::size_t read = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(widgets)) {
    if (entry.path().extension() != ".cpp" && entry.path().extension() != ".hpp") continue;
    const auto own = std::filesystem::relative(entry.path(), widgets).begin()->string();
    if (own == "workspaces.cpp") continue;  // the table
    ++read;
    const auto text = content_of(entry.path());
    for (const auto* workspace : workspaces()) {
      INFO(entry.path() << " includes widgets/" << workspace->id);
      const bool includes = text.find("#include \"widgets/" + std::string(workspace->id) + "/") != std::string::npos;
      CHECK((!includes || own == workspace->id));
    }
  }
  CHECK(read > 100);
}

TEST_CASE("tabs and keys change the workspace") {
  Rig rig;
  rig.click("workspace.attention");
  REQUIRE(rig.view.workspace == "attention");
  for (std::size_t i = 1; i < widgets::workspaces().size(); ++i)
    rig.key(Key::Tab, true);
  REQUIRE(rig.view.workspace == "learn");
  rig.key(Key::Digit2, true);
  REQUIRE(rig.view.workspace == "attention");
  rig.key(Key::Digit1, true);
  REQUIRE(rig.view.workspace == "learn");
  REQUIRE(rig.commands.empty());
}

TEST_CASE("each workspace asks for its own parts and nothing else") {
  using protocol::Part;
  widgets::ViewState view;
  auto needs = widgets::window_needs(view);
  for (const auto part : {Part::Stage, Part::ActionValues, Part::Network, Part::Replay})
    REQUIRE(protocol::wants(needs, part));
  for (const auto part : {Part::Attention, Part::AttentionMatrix, Part::AttentionCurves})
    REQUIRE_FALSE(protocol::wants(needs, part));
  view.workspace = "attention";
  needs = widgets::window_needs(view);
  for (const auto part :
       {Part::Stage, Part::ActionValues, Part::Network, Part::Attention, Part::AttentionMatrix, Part::AttentionCurves})
    REQUIRE(protocol::wants(needs, part));
  REQUIRE_FALSE(protocol::wants(needs, Part::Replay));
  view.of<widgets::AttentionState>().matrix = false;
  REQUIRE_FALSE(protocol::wants(widgets::window_needs(view), Part::AttentionMatrix));
  view.panels_hidden = true;
  REQUIRE(widgets::window_needs(view) == protocol::kNothing);
}

}  // namespace qarium::workspaces_test
