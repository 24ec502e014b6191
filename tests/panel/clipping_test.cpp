// No words are cut and no control is out of reach, whatever the window's size, scale, theme and workspace.
#include <set>

#include "tests/panel/filled_workspace.hpp"
#include "tests/panel/layout.hpp"
#include "tests/panel/reach.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::clipping_test {
namespace {

struct Size {
  float width;
  float height;
  float scale;
};
const std::vector<Size> kSizes{{1280, 720, 1}, {1600, 900, 1}, {1280, 720, 1.5F}, {1280, 720, 2}, {3840, 2160, 2}};

/// Five lanes, one of them beside the current one.
void give_lanes(protocol::StageSnapshot& stage) {
  for (std::uint64_t id = 1; id <= 5; ++id) {
    auto& lane = stage.lanes.emplace_back();
    lane.id = id;
    lane.parent = id - 1;
    lane.start = stage.last - 400 + static_cast<std::int64_t>(id) * 40;
    lane.last = stage.last - 10;
    lane.return_so_far = -1'234.5F;
    lane.ended = id % 2 == 0;
    lane.label = id == 1 ? "from the start" : "branched";
    lane.current = id == 4;
  }
  stage.compared = protocol::ComparedLane{2, stage.last - 300, true, stage.moment, stage.scene};
}

void fill(Rig& rig, std::string_view workspace) {
  show_filled(rig, workspace);
  if (workspace == "learn" || workspace == "memory") give_lanes(rig.stage);
  rig.frame(3);
}

/// The same with all that can come to it: measurements, a rollout, findings, or nothing yet in the laboratory.
void fill_more(Rig& rig, std::string_view workspace) {
  fill(rig, workspace);
  if (workspace == "attention")
    rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(fakes::faithfulness());
  if (workspace == "memory") {
    protocol::MemoryChange change;
    change.slots = {{3, {}}, {9, std::vector<float>(16, 0.5F)}};
    change.freeze_writes = true;
    rig.stage.counterfactual = fakes::memory_counterfactual(rig.stage, change);
    rig.stage.counterfactual_rollout =
        std::make_shared<protocol::CounterfactualRollout>(fakes::counterfactual_rollout(change));
  }
  if (workspace == "laboratory") rig.laboratory = {};
  protocol::Finding finding;
  finding.id = "beyond_bound";
  finding.title = "Action values pass what any return can be";
  finding.evidence = "mean max Q 113 over 256 updates; no return can pass 100";
  finding.parameter = "learning_rate";
  finding.plot = "Mean max Q";
  rig.trainer.findings = std::make_shared<const std::vector<protocol::Finding>>(2, finding);
  rig.frame(3);
}

/// What may be shortened, since all of it is told where it is pointed at: context behind a panel's title, messages.
bool may_be_shortened(const Rig& rig, const DrawnText& text) {
  for (const auto& control : rig.controls) {
    const bool told = control.name == "status.message" || control.name == "finding.words" ||
                      std::string_view(control.name).starts_with("head.") ||
                      std::string_view(control.name).starts_with("lanes.") || control.name == "top.preset";
    if (told && control.area.shrunk(-2).contains(text.area.centre())) return true;
  }
  return false;
}

/// A panel's title is told whole, whatever else its head leaves out.
bool is_title(const widgets::Workspace& workspace, std::string_view text) {
  return std::any_of(workspace.panels.begin(), workspace.panels.end(), [&](const auto& row) { return row.is(text); });
}

}  // namespace

TEST_CASE("no words are cut in any workspace, at any size, in either theme") {
  if (!Rig::real_faces()) {
    WARN("the window's faces are not installed: nothing can be said of widths");
    return;
  }
  std::set<std::string> cut;
  for (const auto& size : kSizes) {
    for (const auto* workspace : widgets::workspaces()) {
      Rig rig(size.width, size.height, size.scale, Rig::Faces::Real);
      fill(rig, workspace->id);
      for (const auto& text : rig.texts()) {
        const bool shortened = text.text.ends_with("...");
        if ((shortened && !may_be_shortened(rig, text)) || text.cut) {
          cut.insert(std::string(workspace->id) + " " + std::to_string(static_cast<int>(size.width)) + " at " +
                     std::to_string(static_cast<int>(100 * size.scale)) + " %: " + text.text);
        }
      }
    }
  }
  for (const auto& one : cut)
    UNSCOPED_INFO(one);
  CHECK(cut.empty());
}

TEST_CASE(
    "no words and no control lie out of reach or over each other, and no scroll bar stands in another, in any "
    "workspace and size",
    "[reach]") {
  const bool dark = GENERATE(true, false);
  const auto fill_rig = GENERATE(fill, fill_more);
  std::set<std::string> found;
  for (const auto& size : kSizes) {
    for (const auto* workspace : widgets::workspaces()) {
      const auto where = std::string(workspace->id) + " " + std::to_string(static_cast<int>(size.width)) + " at " +
                         std::to_string(static_cast<int>(100 * size.scale)) + " %, ";
      Rig rig(size.width, size.height, size.scale, Rig::real_faces() ? Rig::Faces::Real : Rig::Faces::Plain);
      rig.theme = dark ? widgets::kDarkTheme : widgets::kLightTheme;
      fill_rig(rig, workspace->id);
      Reach reach(rig);
      reach.look();
      for (const auto& lost : reach.lost())
        found.insert(where + lost);
      for (const auto& shortened : reach.shortened()) {
        if (is_title(*workspace, shortened.text)) found.insert(where + "title: " + shortened.text);
      }
      for (const auto& doubled : reach.doubled())
        found.insert(where + "doubled: " + doubled);
      for (const auto& overlapping : reach.overlapping())
        found.insert(where + "over each other: " + overlapping);
    }
  }
  for (const auto& one : found)
    UNSCOPED_INFO(one);
  CHECK(found.empty());
}

TEST_CASE("every control of the bars is in sight without scrolling, at any size") {
  for (const auto& size : kSizes) {
    Rig rig(size.width, size.height, size.scale, Rig::real_faces() ? Rig::Faces::Real : Rig::Faces::Plain);
    INFO(size.width << " at " << size.scale);
    for (const auto* name : {"top.theme",
                             "top.scale",
                             "top.keys",
                             "top.preset",
                             "top.seed",
                             "top.reset",
                             "top.save",
                             "transport.pause",
                             "transport.step",
                             "transport.update",
                             "transport.rollout",
                             "transport.episode",
                             "transport.play",
                             "transport.speed",
                             "transport.resume",
                             "transport.branch",
                             "transport.take_over",
                             "transport.scrubber",
                             "pipeline.encoder",
                             "pipeline.head"}) {
      INFO(name);
      REQUIRE(rig.shows(name));
      const auto area = rig.area(name);
      CHECK(area.width() > 4);
      CHECK(widgets::Rect{{0, 0}, {size.width, size.height}}.contains(area));
    }
    CHECK((rig.shows("workspace.laboratory") || rig.shows("top.workspace")));
  }
}

}  // namespace qarium::clipping_test
