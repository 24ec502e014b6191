#include <algorithm>
#include <iterator>
#include <limits>

#include "tests/panel/attention_fakes.hpp"
#include "tests/panel/layout.hpp"
#include "widgets/attention/attention_shown.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/intervention/intervention_state.hpp"

namespace qarium::attention_layout_test {
namespace {

void show(Rig& rig, const protocol::AttentionView& view) {
  rig.stage = fakes::attentive_stage(view);
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(fakes::faithfulness());
  rig.trainer.network->blocks[1].kind = "multi_head";
  rig.view.workspace = "attention";
  rig.frame(3);
}

}  // namespace

TEST_CASE("the attention workspace fits its window and nothing covers another") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1600.0F, 900.0F},
                                        std::pair{1920.0F, 1080.0F}, std::pair{2560.0F, 1440.0F});
  const int heads = GENERATE(1, 4, 16);
  const bool matrix = GENERATE(false, true);
  Rig rig(width, height);
  show(rig, fakes::attention(heads, heads == 4 ? 6 : 1, 10, matrix));
  check_inside(rig, width, height);
  check_apart(rig);
  for (const auto* name : {"attention.frame", "attention.opacity", "attention.smooth", "attention.contours",
                           "attention.pin", "intervention.uniform", "intervention.clear", "heads.head.1",
                           "heads.silence.1", "faithfulness.frame", "faithfulness.many", "faithfulness.deletion",
                           "faithfulness.insertion", "transport.pause", "pipeline.attention"}) {
    INFO(name);
    CHECK(rig.shows(name));
  }
  CHECK(rig.shows("matrix.map") == matrix);
  if (heads == 4 && height >= 900) CHECK(rig.shows("heads.entropy"));
}

TEST_CASE("the attention workspace fits at any scale, with and without an intervention") {
  const float scale = GENERATE(0.5F, 0.75F, 1.25F, 1.5F, 2.0F, 3.0F);
  const bool intervened = GENERATE(false, true);
  Rig rig(1280, 720, scale);
  const auto view = fakes::attention(4, 1, 10, !intervened);
  show(rig, view);
  if (intervened) {
    protocol::AttentionChange change;
    change.silenced = {0, 2};
    change.painted = {4, 5, 6};
    rig.stage.counterfactual = fakes::counterfactual(view, change);
    rig.frame(2);
  }
  check_inside(rig, 1280, 720);
  check_apart(rig);
}

TEST_CASE("at 1280 x 720 up to 150 % frame, heads and measurement are all to be seen or scrolled to") {
  const float scale = GENERATE(1.0F, 1.25F, 1.5F);
  Rig rig(1280, 720, scale);
  show(rig, fakes::attention(4));
  CHECK(rig.shows("attention.frame"));
  CHECK(rig.shows("heads.head.4"));
  CHECK(rig.area("attention.frame").height() >= 90 * scale);
}

TEST_CASE("few heads have large maps") {
  const auto [heads, least] = GENERATE(std::pair{1, 230.0F}, std::pair{2, 230.0F}, std::pair{4, 140.0F});
  Rig rig;
  show(rig, fakes::attention(heads));
  for (int head = 1; head <= heads; ++head) {
    const auto map = rig.area("heads.head." + std::to_string(head));
    INFO("head " << head << " of " << heads);
    CHECK(map.width() >= least);
    CHECK(map.width() == Approx(map.height()).margin(1.01));
  }
  CHECK(rig.area("heads.entropy").height() >= 60);
  CHECK(rig.area("heads.mass").width() >= 200);
}

TEST_CASE("maps of sixteen heads are readable and their rows need no scrolling at 1600 x 900") {
  Rig rig;
  show(rig, fakes::attention(16));
  for (int head = 1; head <= 16; ++head) {
    const auto map = rig.area("heads.head." + std::to_string(head));
    CHECK(map.width() >= 45);
    CHECK(map.width() == Approx(map.height()).margin(1.01));
  }
  CHECK(rig.shows("heads.entropy"));
}

TEST_CASE("maps that are not square keep their shape") {
  const auto [rows, columns] = GENERATE(std::pair{4, 25}, std::pair{25, 4}, std::pair{1, 100});
  Rig rig;
  auto view = fakes::attention(2);
  view.rows = rows;
  view.columns = columns;
  show(rig, view);
  const auto map = rig.area("heads.head.2");
  CHECK(map.width() / map.height() == Approx(static_cast<float>(columns) / static_cast<float>(rows)).epsilon(0.15));
  check_inside(rig, 1600, 900);
  check_apart(rig);
}

TEST_CASE("tokens of several parts are bars by name, with a map of a part that is a picture") {
  const auto [width, height] = GENERATE(std::pair{1280.0F, 720.0F}, std::pair{1920.0F, 1080.0F});
  Rig rig(width, height);
  auto view = fakes::attention(2, 1, 3);
  view.landmarks.clear();
  view.mass.clear();
  view.rows = 1;
  view.columns = 9;
  view.parts = {{"image", 2, 3}, {"direction", 1, 1}, {"row", 2, 1}};
  view.weights.assign(18, 0.0F);
  for (std::size_t head = 0; head < 2; ++head) {
    view.weights[head * 9 + 4] = 0.25F;
    view.weights[head * 9 + 6] = 0.5F;
    view.weights[head * 9 + 8] = 0.25F;
  }
  REQUIRE(widgets::sound(view));
  show(rig, view);
  check_inside(rig, width, height);
  check_apart(rig);
  for (const char* name : {"image", "direction", "row 1", "row 2"}) {
    INFO(name);
    CHECK(rig.says(name));
  }
  REQUIRE(rig.heat("attention.part.0") != nullptr);
  CHECK_FALSE(rig.shows("attention.map"));
  CHECK(widgets::token_name(view, 5).view() == "image, row 2, column 3");
  CHECK(widgets::token_name(view, 6).view() == "direction");
  CHECK(widgets::token_name(view, 8).view() == "row 2");
  view.parts.pop_back();
  CHECK_FALSE(widgets::sound(view));
}

TEST_CASE("separate frames are shown all at once, each with its share of the weight, or one alone") {
  Rig rig;
  auto view = fakes::attention(2, 1, 7);
  view.frames = 3;
  view.landmarks.clear();
  view.mass.clear();
  std::vector<float> weights;
  for (int head = 0; head < 2; ++head) {
    const auto first = view.weights.begin() + 49 * head;
    for (const float share : {0.2F, 0.3F, 0.5F})
      std::transform(first, first + 49, std::back_inserter(weights), [&](float weight) { return share * weight; });
  }
  view.weights = weights;
  SECTION("each is drawn") {
    const auto stage = fakes::stage();
    view.earlier = {*stage.scene, *stage.scene};
    show(rig, view);
    check_inside(rig, 1600, 900);
    for (const char* name : {"attention.frame.1", "attention.frame.2", "attention.frame.3"})
      CHECK(rig.shows(name));
    CHECK(rig.says("t - 2 · 20 %"));
    CHECK(rig.says("t · 50 %"));
    REQUIRE(rig.heat("attention.map") != nullptr);
    CHECK(rig.heat("attention.map")->areas.size() == 3);
    rig.click("attention.frame.2");
    rig.frame(2);
    CHECK(rig.view.of<widgets::AttentionState>().frame == 1);
    CHECK(rig.shows("attention.frame"));
    CHECK_FALSE(rig.shows("attention.frame.2"));
  }
  SECTION("without pictures of the earlier ones their sum is") {
    show(rig, view);
    CHECK(rig.shows("attention.frame"));
    CHECK_FALSE(rig.shows("attention.frame.1"));
  }
  SECTION("weights that are no numbers are drawn, too") {
    const auto stage = fakes::stage();
    view.earlier = {*stage.scene, *stage.scene};
    std::ranges::fill(view.weights, std::numeric_limits<float>::quiet_NaN());
    show(rig, view);
    CHECK(rig.shows("attention.frame.1"));
  }
}

TEST_CASE("the splitters of the attention workspace move and are remembered") {
  Rig rig;
  show(rig, fakes::attention(4, 1, 10, true));
  check_splitter(rig, "splitter.attention", "heads.head.2", rig.view.of<widgets::AttentionState>().left_fraction,
                 widgets::AttentionState::kLeftFraction);
}

TEST_CASE("snapshots of attention that do not fit together, or hold no numbers, are drawn") {
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  Rig rig(1280, 720);
  auto view = fakes::attention(4, 6, 10, true);
  SECTION("no numbers") {
    std::fill(view.weights.begin(), view.weights.end(), kNan);
    std::fill(view.matrix.begin(), view.matrix.end(), INFINITY);
    view.entropy.assign(24, kNan);
    view.mass.assign(24, -INFINITY);
  }
  SECTION("too few weights") {
    view.weights.resize(17);
  }
  SECTION("too few of everything else") {
    view.entropy.clear();
    view.mass.resize(1);
    view.matrix.resize(100);
  }
  SECTION("impossible sizes") {
    view.heads = -3;
    view.rows = 0;
  }
  SECTION("no cells a token") {
    view.cells_per_token = 0;
  }
  SECTION("far away") {
    view.top = 1e6F;
    view.left = -1e6F;
  }
  show(rig, view);
  auto faithfulness = fakes::faithfulness();
  faithfulness.deletion.map.assign(21, kNan);
  faithfulness.insertion.random_low.resize(2);
  faithfulness.saliency.resize(3);
  faithfulness.progress = kNan;
  faithfulness.running = true;
  faithfulness.saliency_correlation = kNan;
  rig.stage.faithfulness = std::make_shared<protocol::Faithfulness>(faithfulness);
  protocol::AttentionChange change;
  change.silenced = {-1, 70};
  change.painted = {-5, 99, 12'000};
  rig.stage.counterfactual = fakes::counterfactual(view, change);
  rig.stage.counterfactual->after.assign(3, kNan);
  rig.view.of<widgets::InterventionState>().intervention.attention = change;
  rig.view.of<widgets::AttentionState>().pinned_token = 1'000;
  rig.view.of<widgets::AttentionState>().chosen_query = 50;
  rig.view.of<widgets::AttentionState>().frame = 8;
  protocol::AttentionPoint point;
  point.step = 500'000;
  point.heads = 4;
  point.area = kNan;
  point.entropy.fill(kNan);
  rig.attention_curves.add(point);
  rig.frame(3);
  point_at_everything(rig);
  REQUIRE(rig.commands.empty());
}

TEST_CASE("windows of any size hold the attention workspace") {
  const auto [width, height] = GENERATE(std::pair{320.0F, 200.0F}, std::pair{64.0F, 48.0F}, std::pair{5000.0F, 300.0F},
                                        std::pair{400.0F, 3000.0F});
  const float scale = GENERATE(0.5F, 1.0F, 3.0F);
  Rig rig(width, height, scale);
  show(rig, fakes::attention(4, 1, 20, true));
}

}  // namespace qarium::attention_layout_test
