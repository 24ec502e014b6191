// Attention over a picture of things: lines from the one that asks to those it heeds.
#include "widgets/attention/attention_lines.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/layout.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/parts/scene_view.hpp"

namespace qarium::attention_lines_test {
namespace {

using widgets::AttentionState;
using widgets::Rect;

constexpr int kTokens = 5;
constexpr int kAbsent = 3;
constexpr int kBeyond = 4;
constexpr ImU32 kRgb = ~IM_COL32_A_MASK;

/// Two heads over five things on a road of 200 x 50 cells: the first asks, the fourth is absent, the fifth stands
/// beyond the picture.
protocol::StageSnapshot road() {
  protocol::AttentionView view;
  view.version = 1;
  view.heads = 2;
  view.queries = 1;
  view.rows = kTokens;
  view.columns = 1;
  view.parts = {{"row", kTokens, 1}};
  view.weights = {0.10F, 0.20F, 0.65F, 0.00F, 0.05F, 0.30F, 0.60F, 0.02F, 0.00F, 0.08F};
  view.entropy = {1, 1};
  auto stage = fakes::attentive_stage(view);
  auto& scene = stage.scene.emplace();
  scene.grid.rows = 50;
  scene.grid.columns = 200;
  scene.grid.cells.assign(10'000, {100, 100, 100});
  scene.places = {protocol::Point{60, 25}, protocol::Point{105, 10}, protocol::Point{145, 40}, std::nullopt,
                  protocol::Point{260, 25}};
  return stage;
}

void open(Rig& rig) {
  rig.stage = road();
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.trainer.hyperparameters.attention.query = "first";
  rig.view.workspace = "attention";
  rig.frame(2);
}

ImVec2 place_in(const Rig& rig, int token) {
  return scene_point(*rig.stage.scene, rig.area("attention.frame"),
                     *rig.stage.scene->places[static_cast<std::size_t>(token)]);
}

/// The vertices of this colour, its alpha with it, within an area.
std::vector<ImVec2> vertices(const Rect& area, ImU32 color, ImU32 mask = ~0U) {
  std::vector<ImVec2> found;
  const auto* drawn = ImGui::GetDrawData();
  for (int i = 0; i < drawn->CmdListsCount; ++i) {
    for (const auto& vertex : drawn->CmdLists[i]->VtxBuffer) {
      if ((vertex.col & mask) == (color & mask) && area.contains(vertex.pos)) found.push_back(vertex.pos);
    }
  }
  return found;
}

float distance(ImVec2 a, ImVec2 b) {
  return std::hypot(a.x - b.x, a.y - b.y);
}

/// How thick what is drawn of this colour begins at `from`, across the way to `to`, up to the smoothing of its edges; 0
/// where nothing does.
float width_at(const Rect& area, ImU32 color, ImVec2 from, ImVec2 to) {
  float least = 0;
  float most = 0;
  for (const auto& at : vertices(area, color)) {
    if (distance(at, from) > 8) continue;
    const float across = ((at.x - from.x) * (to.y - from.y) - (at.y - from.y) * (to.x - from.x)) / distance(from, to);
    least = std::min(least, across);
    most = std::max(most, across);
  }
  return most - least;
}

bool near(const std::vector<ImVec2>& points, ImVec2 place, float within) {
  return std::ranges::any_of(points, [&](const ImVec2& at) { return distance(at, place) <= within; });
}

/// The strengths with which something of this colour is drawn over the frame.
std::size_t inks(const Rect& area, ImU32 color) {
  std::set<ImU32> found;
  const auto* drawn = ImGui::GetDrawData();
  for (int i = 0; i < drawn->CmdListsCount; ++i) {
    for (const auto& vertex : drawn->CmdLists[i]->VtxBuffer) {
      const bool seen = (vertex.col & IM_COL32_A_MASK) != 0;
      if (seen && (vertex.col & kRgb) == (color & kRgb) && area.contains(vertex.pos)) found.insert(vertex.col);
    }
  }
  return found.size();
}

}  // namespace

TEST_CASE("lines go from the one that asks to each thing that is heeded, as wide as its weight") {
  Rig rig;
  open(rig);
  const auto frame = rig.area("attention.frame");
  const auto color = rig.theme.stage(core::Stage::Attention);
  const std::vector<float> mean{0.20F, 0.40F, 0.335F, 0, 0.065F};
  const auto own = place_in(rig, 0);
  CHECK(own.x == Approx(frame.min.x + 0.3F * frame.width()));
  CHECK(own.y == Approx(frame.min.y + 0.5F * frame.height()));
  std::vector<float> widths;
  for (const int token : {1, 2}) {
    INFO("row " << token + 1);
    const auto ink = widgets::line_color(color, mean[static_cast<std::size_t>(token)] / 0.4F);
    CHECK(near(vertices(frame, ink), own, 5));
    CHECK(near(vertices(frame, ink), place_in(rig, token), 7));
    widths.push_back(width_at(frame, ink, own, place_in(rig, token)));
    CHECK(widths.back() == Approx(1 + 5 * mean[static_cast<std::size_t>(token)] / 0.4F).margin(2.1));
  }
  CHECK(widths[0] > widths[1] + 0.5F);
  // The one that asks has a ring, and no line to itself.
  const auto ring = vertices(frame, widgets::line_color(color, 0.5F));
  REQUIRE_FALSE(ring.empty());
  for (const auto& at : ring)
    CHECK(distance(at, own) == Approx(9).margin(3.5));
  // What stands beyond the picture: a line to its edge.
  const auto beyond = vertices(frame, widgets::line_color(color, 0.065F / 0.4F));
  CHECK(near(beyond, {frame.max.x - 1, own.y}, 3));
  // Four of the five have weight; the one that is absent has none.
  CHECK(inks(frame, color) == 4);
}

TEST_CASE("a row that is absent draws nothing, whatever it weighs") {
  Rig rig;
  open(rig);
  const auto frame = rig.area("attention.frame");
  const auto color = rig.theme.stage(core::Stage::Attention);
  rig.stage.attention->weights[kAbsent] = 0.35F;
  rig.frame(2);
  CHECK(inks(frame, color) == 4);
  rig.stage.scene->places[kAbsent] = protocol::Point{100, 45};
  rig.frame(2);
  CHECK(inks(frame, color) == 5);
}

TEST_CASE("a head that is chosen draws its own weights in its own colour") {
  Rig rig;
  open(rig);
  rig.click("heads.head.2");
  rig.point("transport.pause");
  rig.frame(2);
  const auto frame = rig.area("attention.frame");
  const auto color = widgets::head_color(rig.theme, 1);
  REQUIRE(color != rig.theme.stage(core::Stage::Attention));
  CHECK(inks(frame, rig.theme.stage(core::Stage::Attention)) == 0);
  CHECK(near(vertices(frame, widgets::line_color(color, 1)), place_in(rig, 1), 7));
  CHECK(near(vertices(frame, widgets::line_color(color, 0.02F / 0.6F)), place_in(rig, 2), 7));
  CHECK(inks(frame, color) == 4);
  // Each head's own picture has its lines, whichever is chosen.
  CHECK(inks(rig.area("heads.head.1"), widgets::head_color(rig.theme, 0)) >= 4);
  CHECK(inks(rig.area("heads.head.2"), color) >= 4);
  CHECK(rig.heat("attention.heads") == nullptr);
}

TEST_CASE("a thing that is pointed at tells its weight and marks its bar, and its bar marks it") {
  Rig rig;
  open(rig);
  const auto frame = rig.area("attention.frame");
  const auto white = IM_COL32(255, 255, 255, 255);
  CHECK(rig.says("row 1 asks"));
  rig.point("attention.frame", 145.0F / 200, 0.75F);
  rig.frame(2);
  REQUIRE(rig.view.of<AttentionState>().hovered.asked == 2);
  CHECK(rig.says("row 3, weight"));
  std::size_t told = 0;
  for (const auto& text : rig.texts())
    told += text.text == "0.335" || text.text == "0.3350" ? 1 : 0;
  CHECK(told == 3);  // at the thing, below the picture, and at the bar
  CHECK_FALSE(vertices(rig.area("attention.component.2"), rig.theme.raised).empty());
  CHECK(vertices(rig.area("attention.component.1"), rig.theme.raised).empty());
  rig.point("attention.component.1");
  rig.frame(2);
  CHECK(rig.says("row 2, weight"));
  const auto place = place_in(rig, 1);
  const Rect around = Rect{place, place}.shrunk(-16);
  CHECK_FALSE(vertices(around.intersection(frame), white).empty());
  rig.point("attention.frame", 0.02F, 0.9F);
  rig.frame(2);
  CHECK(rig.view.of<AttentionState>().hovered.asked == -1);
}

TEST_CASE("picture, legend and bars have room for themselves at any size") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1600.0F, 900.0F});
  Rig rig(width, height);
  open(rig);
  check_inside(rig, width, height);
  check_apart(rig);
  const auto frame = rig.area("attention.frame");
  CHECK(frame.width() == Approx(4 * frame.height()).epsilon(0.02));
  CHECK(rig.area("attention.lines").min.y >= frame.max.y);
  CHECK(rig.area("attention.component.0").min.y >= rig.area("attention.lines").max.y);
  // All of them are in sight.
  CHECK(rig.area("attention.component.4").height() == Approx(rig.area("attention.component.0").height()));
}

TEST_CASE("without places, or with another number of them, the picture stands as it is") {
  Rig rig;
  open(rig);
  REQUIRE(rig.shows("attention.lines"));
  rig.stage.scene->places.pop_back();
  rig.frame(2);
  CHECK_FALSE(rig.shows("attention.lines"));
  rig.stage.scene->places.assign(kTokens, std::nullopt);
  rig.frame(2);
  CHECK_FALSE(rig.shows("attention.lines"));
  CHECK(rig.says("row 3"));
  CHECK(rig.heat("attention.heads") != nullptr);
}

TEST_CASE("where what asks is none of the things, or stands nowhere, each has a ring") {
  const auto stage = road();
  const Rect frame{{100, 100}, {500, 200}};
  const std::vector<float> weights{0.1F, 0.2F, 0.65F, 0, 0.05F};
  for (const int asks : {-1, kAbsent}) {
    const auto lines = widgets::attention_lines(*stage.scene, weights, asks, 0.65F, frame);
    REQUIRE(lines.size() == 3);
    CHECK(std::ranges::all_of(lines, &widgets::AttentionLine::ring));
    CHECK(lines.back().token == 2);
    CHECK(lines.back().strength == 1);
  }
  const auto lines = widgets::attention_lines(*stage.scene, weights, 2, 0.65F, frame);
  REQUIRE(lines.size() == 4);
  CHECK(lines[0].token == kBeyond);
  CHECK(lines[0].beyond);
  CHECK(lines[0].to.x == Approx(500));
  CHECK(lines.back().ring);
  for (const auto& line : lines)
    if (!line.ring) CHECK(line.from.x == Approx(390));
  std::vector<float> strange(weights);
  strange[1] = NAN;
  strange[2] = INFINITY;
  CHECK(widgets::attention_lines(*stage.scene, strange, 0, 0.65F, frame).size() == 2);
  CHECK(widgets::attention_lines(*stage.scene, weights, 0, 0, frame).empty());
}

}  // namespace qarium::attention_lines_test
