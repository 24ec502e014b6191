#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/rig.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/intervention/intervention_state.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::attention_panel_test {

using widgets::Key;

namespace {

void open(Rig& rig, const protocol::AttentionView& view) {
  rig.stage = fakes::attentive_stage(view);
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(2);
}

protocol::AttentionChange last_intervention(const Rig& rig) {
  const auto sent = rig.sent<protocol::Intervene>();
  REQUIRE_FALSE(sent.empty());
  return sent.back().change;
}

}  // namespace

TEST_CASE("the map lies over the frame as one picture, and looks as chosen") {
  Rig rig;
  open(rig, fakes::attention(4));
  const auto* map = rig.heat("attention.map");
  REQUIRE(map != nullptr);
  REQUIRE(map->areas.size() == 1);
  REQUIRE(map->values[0].size() == 100);
  const auto frame = rig.area("attention.frame");
  REQUIRE(map->areas[0].min.x == Approx(frame.min.x));
  REQUIRE(map->areas[0].max.y == Approx(frame.max.y));
  REQUIRE(map->style.veil);
  REQUIRE(map->style.smooth);
  REQUIRE(map->style.contour_count == 3);
  rig.click("attention.smooth");
  rig.click("attention.contours");
  rig.click("attention.colors");
  rig.click("attention.opacity", 0.98F);
  map = rig.heat("attention.map");
  REQUIRE_FALSE(map->style.smooth);
  REQUIRE(map->style.contour_count == 0);
  REQUIRE(map->style.colors == widgets::ColorMap::Viridis);
  REQUIRE(map->style.opacity > 0.9F);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("a head selected drives the map, again it is the mean") {
  Rig rig;
  const auto view = fakes::attention(4);
  open(rig, view);
  rig.click("heads.head.3");
  REQUIRE(rig.view.of<widgets::AttentionState>().head == 2);
  const auto* map = rig.heat("attention.map");
  REQUIRE(std::equal(map->values[0].begin(), map->values[0].end(), view.weights.begin() + 200));
  rig.click("heads.maximum");
  REQUIRE(rig.view.of<widgets::AttentionState>().head == widgets::kMaximumHead);
  rig.click("heads.head.1");
  rig.click("heads.head.1");
  REQUIRE(rig.view.of<widgets::AttentionState>().head == widgets::kMeanHead);
  rig.click("attention.head");
  rig.frame();
  rig.click("attention.head.head 4");
  REQUIRE(rig.view.of<widgets::AttentionState>().head == 3);
  REQUIRE(rig.heat("attention.heads")->areas.size() == 4);
}

TEST_CASE("a head that the network does not have shows the mean, and is not forgotten") {
  Rig rig;
  rig.view.of<widgets::AttentionState>().head = 9;
  open(rig, fakes::attention(1));
  REQUIRE(rig.heat("attention.map") != nullptr);
  REQUIRE(rig.view.of<widgets::AttentionState>().head == 9);
}

TEST_CASE("the legend's limit is the greatest weight until it is pinned") {
  Rig rig;
  open(rig, fakes::attention(4));
  const float automatic = rig.heat("attention.map")->style.high;
  rig.click("attention.pin");
  REQUIRE(rig.view.of<widgets::AttentionState>().pinned == Approx(automatic).margin(1.1e-4));
  rig.click("heads.head.1");
  REQUIRE(rig.heat("attention.map")->style.high == rig.view.of<widgets::AttentionState>().pinned);
  rig.click("attention.pin");
  REQUIRE(rig.view.of<widgets::AttentionState>().pinned == 0);
}

TEST_CASE("where actions ask, an action's row shows its map") {
  Rig rig;
  const auto view = fakes::attention(2, 6);
  open(rig, view);
  rig.view.of<widgets::AttentionState>().head = 0;
  rig.click("attention.query.down");
  REQUIRE(rig.view.of<widgets::AttentionState>().chosen_query == 4);
  rig.point("transport.pause");
  rig.frame(2);
  const auto* map = rig.heat("attention.map");
  REQUIRE(std::equal(map->values[0].begin(), map->values[0].end(), view.weights.begin() + 400));
  rig.point("attention.query.left");
  rig.frame(2);
  map = rig.heat("attention.map");
  REQUIRE(std::equal(map->values[0].begin(), map->values[0].end(), view.weights.begin() + 100));
}

TEST_CASE("silencing, uniform weights, undoing and clearing send the whole intervention") {
  Rig rig;
  open(rig, fakes::attention(4));
  rig.click("heads.silence.2");
  REQUIRE(last_intervention(rig).silenced == std::vector<int>{1});
  rig.click("heads.silence.1");
  REQUIRE(last_intervention(rig).silenced == std::vector<int>{0, 1});
  rig.click("intervention.uniform");
  REQUIRE(last_intervention(rig).uniform);
  REQUIRE(last_intervention(rig).silenced == std::vector<int>{0, 1});
  rig.key(Key::Z, true);
  REQUIRE_FALSE(last_intervention(rig).uniform);
  rig.click("intervention.undo");
  REQUIRE(last_intervention(rig).silenced == std::vector<int>{1});
  rig.click("intervention.clear");
  REQUIRE(last_intervention(rig).empty());
  rig.key(Key::Z, true);
  REQUIRE(last_intervention(rig).silenced == std::vector<int>{1});
  rig.click("heads.silence.2");
  REQUIRE(last_intervention(rig).empty());
  REQUIRE(rig.sent<protocol::Intervene>().size() == rig.commands.size());
}

TEST_CASE("the brush empties the cells it passes, as one stroke, and gives them back") {
  Rig rig;
  open(rig, fakes::attention(4));
  rig.click("attention.frame");
  REQUIRE(rig.commands.empty());
  rig.click("intervention.brush");
  rig.drag("attention.frame", 0.05F, 0.55F, 3);
  const auto painted = last_intervention(rig).painted;
  REQUIRE(painted == std::vector<int>{50, 51, 52, 53, 54, 55});
  rig.click("attention.frame", 0.95F, 0.05F);
  REQUIRE(last_intervention(rig).painted == std::vector<int>{9, 50, 51, 52, 53, 54, 55});
  rig.click("attention.frame", 0.15F, 0.55F);
  REQUIRE(last_intervention(rig).painted == std::vector<int>{9, 50, 52, 53, 54, 55});
  rig.key(Key::Z, true);
  rig.key(Key::Z, true);
  REQUIRE(last_intervention(rig).painted == painted);
  rig.key(Key::Z, true);
  REQUIRE(last_intervention(rig).empty());
}

TEST_CASE("Ctrl Z before a stroke is let go undoes it when it is") {
  Rig rig;
  open(rig, fakes::attention(4));
  rig.click("intervention.brush");
  rig.click("attention.frame", 0.95F, 0.05F);
  rig.point("attention.frame", 0.15F, 0.55F);
  rig.press();
  REQUIRE(last_intervention(rig).painted == std::vector<int>{9, 51});
  rig.key(Key::Z, true);
  REQUIRE(last_intervention(rig).painted == std::vector<int>{9, 51});
  rig.release();
  REQUIRE(last_intervention(rig).painted == std::vector<int>{9});
}

TEST_CASE("the counterfactual is shown in place of the factual map, and the values side by side") {
  Rig rig;
  open(rig, fakes::attention(4));
  protocol::AttentionChange change;
  change.silenced = {0};
  auto counterfactual = fakes::attention(4);
  std::fill_n(counterfactual.weights.begin(), 100, 0.0F);
  rig.stage.counterfactual = fakes::counterfactual(counterfactual, change);
  rig.view.of<widgets::AttentionState>().head = 0;
  rig.frame(2);
  const auto* map = rig.heat("attention.map");
  REQUIRE(*std::max_element(map->values[0].begin(), map->values[0].end()) == 0);
  // What is in force and was not intended here (by a reset, say) becomes the intervention.
  rig.frame(60);
  REQUIRE(rig.view.of<widgets::InterventionState>().intervention.attention == change);
  rig.click("heads.silence.1");
  REQUIRE(last_intervention(rig).empty());
}

TEST_CASE("an intervention stays intended until the stage shows what came of it, however late") {
  Rig rig;
  open(rig, fakes::attention(4));
  rig.click("heads.silence.2");
  rig.answer(true, "intervention in force");
  rig.frame(120);  // two seconds in which the stage still shows what was before
  REQUIRE(rig.view.of<widgets::InterventionState>().intervention.attention.silenced == std::vector<int>{1});
  rig.stage.answered = rig.commands.size();
  rig.frame(60);  // it has answered, and nothing of it is in force
  REQUIRE(rig.view.of<widgets::InterventionState>().intervention.empty());
}

TEST_CASE("the matrix and the frame point at each other") {
  Rig rig;
  open(rig, fakes::attention(2, 1, 10, true));
  REQUIRE(rig.heat("attention.matrix")->values[0].size() == 10'000);
  rig.point("attention.frame", 0.35F, 0.05F);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::AttentionState>().hovered == widgets::TokenPair{3, 3});
  rig.point("matrix.map", 0.205F, 0.105F);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::AttentionState>().hovered == widgets::TokenPair{10, 20});
  rig.click("attention.frame", 0.35F, 0.05F);
  REQUIRE(rig.view.of<widgets::AttentionState>().pinned_token == 3);
  std::vector<float> row;
  widgets::row_of(*rig.stage.attention, widgets::kMeanHead, 3, row);
  REQUIRE(rig.heat("attention.map")->values[0] == row);
  rig.click("attention.frame", 0.35F, 0.05F);
  REQUIRE(rig.view.of<widgets::AttentionState>().pinned_token == -1);
  rig.click("matrix.map", 0.5F, 0.505F);
  REQUIRE(rig.view.of<widgets::AttentionState>().pinned_token == 50);
  rig.click("matrix.hide");
  rig.frame(2);
  REQUIRE_FALSE(rig.shows("matrix.map"));
  REQUIRE_FALSE(protocol::wants(widgets::window_needs(rig.view), protocol::Part::AttentionMatrix));
  rig.click("heads.matrix");
  rig.frame(2);
  REQUIRE(rig.shows("matrix.map"));
  REQUIRE(rig.commands.empty());
}

TEST_CASE("the matrix is enlarged around the pointer, and stays where it is pointed at") {
  Rig rig;
  open(rig, fakes::attention(1, 1, 20, true));
  REQUIRE(rig.heat("attention.matrix")->values[0].size() == 160'000);
  rig.point("matrix.map", 0.25F, 0.75F);
  rig.frame(2);
  const auto before = rig.view.of<widgets::AttentionState>().hovered;
  rig.wheel(6);
  rig.frame(2);
  REQUIRE(rig.view.of<widgets::AttentionState>().matrix_zoom > 3);
  const auto after = rig.view.of<widgets::AttentionState>().hovered;
  REQUIRE(std::abs(after.asks - before.asks) <= 1);
  REQUIRE(std::abs(after.asked - before.asked) <= 1);
  rig.drag("matrix.map", 0.5F, 0.9F);
  REQUIRE(rig.view.of<widgets::AttentionState>().pinned_token == -1);
  rig.click("matrix.map");
  rig.click("matrix.map");
  rig.frame();
  REQUIRE(rig.view.of<widgets::AttentionState>().matrix_zoom == 1);
}

TEST_CASE("whether the picture is true is measured on request") {
  Rig rig;
  open(rig, fakes::attention(4));
  rig.click("faithfulness.frame");
  rig.click("faithfulness.few");
  rig.click("faithfulness.many");
  const auto sent = rig.sent<protocol::TestFaithfulness>();
  REQUIRE(sent.size() == 3);
  REQUIRE(sent[0].episodes == 0);
  REQUIRE(sent[0].orders == 128);
  REQUIRE(sent[1].episodes == 3);
  REQUIRE(sent[1].orders == 8);
  REQUIRE(sent[2].episodes == 100);
  REQUIRE(sent[2].orders == 8);
  REQUIRE_FALSE(rig.shows("faithfulness.stop"));
  auto faithfulness = fakes::faithfulness();
  faithfulness.running = true;
  faithfulness.progress = 0.4F;
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness);
  rig.frame(2);
  rig.click("faithfulness.stop");
  REQUIRE(rig.sent<protocol::StopFaithfulnessTest>().size() == 1);
  REQUIRE(rig.shows("faithfulness.deletion"));
  REQUIRE(rig.shows("faithfulness.insertion"));
  rig.point("faithfulness.deletion", 0.4F);
  rig.frame(3);
}

TEST_CASE("the curves of the heads zoom and follow as the others do") {
  Rig rig;
  open(rig, fakes::attention(4));
  rig.point("heads.entropy", 0.5F);
  rig.wheel(3);
  REQUIRE_FALSE(rig.view.of<widgets::CurvesState>().follow);
  REQUIRE(rig.view.transient.hovered_step.has_value());
  rig.click("heads.mass");
  rig.click("heads.mass");
  REQUIRE(rig.view.of<widgets::CurvesState>().follow);
  const auto misses = rig.view.transient.plots.misses();
  rig.point("transport.pause");
  rig.frame(10);
  REQUIRE(rig.view.transient.plots.misses() - misses <= 12);
}

TEST_CASE("without attention the workspace says so and offers the preset that has it") {
  Rig rig;
  rig.view.workspace = "attention";
  rig.attention_curves.clear();
  rig.frame(2);
  REQUIRE_FALSE(rig.shows("attention.preset"));
  REQUIRE_FALSE(rig.shows("faithfulness.frame"));
  REQUIRE(rig.heat("attention.map") == nullptr);
  rig.presets.push_back({"catch-attention", "Attention follows a ball.", {}});
  rig.frame(2);
  rig.click("attention.preset");
  rig.frame(2);
  REQUIRE(rig.view.transient.dialog == widgets::Dialog::Preset);
  rig.click("preset.agree");
  REQUIRE(rig.sent<protocol::Configure>().size() == 1);
  REQUIRE(rig.view.preset == "catch-attention");
}

TEST_CASE("numbers without a picture are bars") {
  Rig rig;
  auto view = fakes::attention(1);
  view.rows = 1;
  view.columns = 4;
  view.weights = {0.1F, 0.2F, 0.6F, 0.1F};
  view.mass.clear();
  rig.stage = fakes::attentive_stage(view);
  rig.stage.scene = fakes::cartpole_scene(2);
  rig.view.workspace = "attention";
  rig.frame(2);
  REQUIRE(rig.shows("attention.component.3"));
  REQUIRE(rig.heat("attention.map") == nullptr);
  rig.click("intervention.brush");
  REQUIRE_FALSE(rig.view.of<widgets::AttentionState>().brush);
}

TEST_CASE("untouched, the attention workspace asks for nothing") {
  Rig rig;
  open(rig, fakes::attention(4, 1, 10, true));
  rig.frame(100);
  REQUIRE_FALSE(std::isfinite(rig.view.transient.wake_at));
  REQUIRE(rig.commands.empty());
}

TEST_CASE("plots of attention without a curve have no cursor and nothing to point at") {
  Rig rig;
  open(rig, fakes::attention(2));
  REQUIRE(rig.shows("heads.entropy"));
  const auto place = rig.area("heads.entropy");
  rig.attention_curves.clear();
  rig.frame(2);
  REQUIRE_FALSE(rig.shows("heads.entropy"));
  REQUIRE_FALSE(rig.shows("heads.mass"));
  const auto window = rig.area("heads.about.entropy");
  rig.point("heads.about.entropy", 0.5F, (place.centre().y - window.min.y) / window.height());
  rig.frame(3);
  REQUIRE_FALSE(rig.view.transient.hovered_step.has_value());
}

TEST_CASE("a game without objects has the entropies' curves alone") {
  Rig rig;
  open(rig, fakes::attention(2));
  rig.attention_curves.clear();
  protocol::AttentionPoint point;
  point.heads = 2;
  for (point.step = 1'000; point.step < 9'000; point.step += 1'000)
    rig.attention_curves.add(point);
  rig.frame(2);
  REQUIRE(rig.shows("heads.entropy"));
  REQUIRE_FALSE(rig.shows("heads.mass"));
}

TEST_CASE("an answer that measured no state says so and asks for another moment") {
  Rig rig;
  open(rig, fakes::attention(4));
  const auto before = rig.area("faithfulness.begin");
  protocol::Faithfulness faithfulness;
  faithfulness.version = 1;
  faithfulness.skipped = 1;
  faithfulness.progress = 1;
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness);
  rig.frame(2);
  REQUIRE_FALSE(rig.shows("faithfulness.deletion"));
  REQUIRE(rig.area("faithfulness.begin").min.y >= before.min.y);
  rig.click("faithfulness.begin");
  REQUIRE(rig.sent<protocol::TestFaithfulness>().size() == 1);
  faithfulness.running = true;
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness);
  rig.frame(2);
  REQUIRE(rig.shows("faithfulness.stop"));
  REQUIRE_FALSE(rig.controls.find("faithfulness.begin")->enabled);
}

TEST_CASE("what the contour lines hold is said below the frame while they are drawn") {
  Rig rig;
  open(rig, fakes::attention(4));
  REQUIRE(rig.shows("attention.lines"));
  rig.click("attention.contours");
  rig.point("transport.pause");
  rig.frame(2);
  REQUIRE_FALSE(rig.shows("attention.lines"));
}

}  // namespace qarium::attention_panel_test
