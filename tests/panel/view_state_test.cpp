#include <random>

#include "tests/panel/rig.hpp"

namespace qarium::view_state_test {

using widgets::ViewState;

TEST_CASE("what the user chose comes back from its text") {
  ViewState view;
  view.theme = widgets::ThemeChoice::Light;
  view.scale = 1.75F;
  view.preset = "breakout";
  view.left_fraction = 0.31F;
  view.right_fraction = 0.5F;
  view.stage_fraction = 0.4F;
  view.curves_fraction = 0.9F;
  auto& plots = view.of<widgets::CurvesState>();
  plots.log_axis = {"Loss", "|TD error|"};
  plots.maximised = "Mean max Q";
  plots.smoothing = 200;
  plots.show_raw = false;
  view.replay_sort = widgets::ReplaySort::Age;
  view.stage_grid = false;
  view.workspace = widgets::Workspace::Attention;
  auto& look = view.attention;
  look.head = 3;
  look.smooth = look.contours = look.matrix = false;
  look.opacity = 0.25F;
  look.colors = widgets::ColorMap::Viridis;
  look.pinned = 0.125F;
  look.left_fraction = 0.2F;
  look.matrix_fraction = 0.3F;
  look.frame_fraction = 0.4F;
  look.heads_fraction = 0.7F;
  const auto back = widgets::view_state_from_text(widgets::to_text(view));
  REQUIRE(back.theme == view.theme);
  REQUIRE(back.scale == Approx(view.scale));
  REQUIRE(back.preset == view.preset);
  REQUIRE(back.left_fraction == Approx(view.left_fraction));
  REQUIRE(back.right_fraction == Approx(view.right_fraction));
  REQUIRE(back.stage_fraction == Approx(view.stage_fraction));
  REQUIRE(back.curves_fraction == Approx(view.curves_fraction));
  const auto& plots_back = back.of<widgets::CurvesState>();
  REQUIRE(plots_back.log_axis == plots.log_axis);
  REQUIRE(plots_back.maximised == "Mean max Q");
  REQUIRE(plots_back.smoothing == 200);
  REQUIRE_FALSE(plots_back.show_raw);
  REQUIRE(plots_back.show_smooth);
  REQUIRE(back.replay_sort == widgets::ReplaySort::Age);
  REQUIRE_FALSE(back.stage_grid);
  REQUIRE(back.workspace == view.workspace);
  REQUIRE(back.attention.head == 3);
  REQUIRE_FALSE(back.attention.smooth);
  REQUIRE_FALSE(back.attention.contours);
  REQUIRE_FALSE(back.attention.matrix);
  REQUIRE(back.attention.opacity == Approx(0.25));
  REQUIRE(back.attention.colors == look.colors);
  REQUIRE(back.attention.pinned == Approx(0.125));
  REQUIRE(back.attention.left_fraction == Approx(0.2));
  REQUIRE(back.attention.matrix_fraction == Approx(0.3));
  REQUIRE(back.attention.frame_fraction == Approx(0.4));
  REQUIRE(back.attention.heads_fraction == Approx(0.7));
  REQUIRE(widgets::to_text(back) == widgets::to_text(view));
}

TEST_CASE("what was chosen about memories and in the laboratory comes back from its text") {
  ViewState view;
  view.workspace = widgets::Workspace::Laboratory;
  auto& memory = view.memory;
  memory.read_head = 2;
  memory.write_head = 1;
  memory.chain_writes = memory.changes = true;
  memory.order = widgets::UnitOrder::Change;
  memory.kept_order = widgets::KeptOrder::Age;
  memory.pinned_matrix = 1.5F;
  memory.pinned[static_cast<std::size_t>(protocol::TraceRole::Reads)] = 0.75F;
  memory.left_fraction = 0.11F;
  memory.intervention_fraction = 0.44F;
  auto& laboratory = view.laboratory;
  laboratory.experiment.task = "priority_sort";
  laboratory.experiment.memory = "dnc";
  laboratory.experiment.preset = "paper";
  laboratory.experiment.seed = 12;
  laboratory.length = 77;
  laboratory.log_axis = true;
  laboratory.answer_fraction = 0.61F;
  const auto back = widgets::view_state_from_text(widgets::to_text(view));
  REQUIRE(back.workspace == widgets::Workspace::Laboratory);
  REQUIRE(back.memory.read_head == 2);
  REQUIRE(back.memory.order == widgets::UnitOrder::Change);
  REQUIRE(back.memory.kept_order == widgets::KeptOrder::Age);
  REQUIRE(back.memory.pinned == memory.pinned);
  REQUIRE(back.laboratory.experiment.task == "priority_sort");
  REQUIRE(back.laboratory.experiment.preset == "paper");
  REQUIRE(back.laboratory.experiment.seed == 12);
  REQUIRE(widgets::to_text(back) == widgets::to_text(view));
  const auto odd = widgets::view_state_from_text(
      "laboratory.length = 900\nlaboratory.preset = unheard_of\nlaboratory.seed = -3\nmemory.order = "
      "up\nmemory.kept_order = up\nmemory.pinned = 1 "
      "2\nmemory.read_head = 99\n");
  REQUIRE(odd.laboratory.experiment.preset == "quick");
  REQUIRE(odd.laboratory.length == widgets::kLongestShown);
  REQUIRE(odd.laboratory.experiment.seed == 0);
  REQUIRE(odd.memory.order == widgets::UnitOrder::Number);
  REQUIRE(odd.memory.kept_order == widgets::KeptOrder::Weight);
  REQUIRE(odd.memory.pinned[0] == 0);
  REQUIRE(odd.memory.read_head == 31);
}

TEST_CASE("the mean and the maximum over heads are remembered by name") {
  for (const int head : {widgets::kMeanHead, widgets::kMaximumHead, 15}) {
    ViewState view;
    view.attention.head = head;
    REQUIRE(widgets::view_state_from_text(widgets::to_text(view)).attention.head == head);
  }
  REQUIRE(widgets::view_state_from_text("attention.head = 99\nattention.opacity = 7\n").attention.head == 15);
  REQUIRE(widgets::view_state_from_text("attention.head = -7\n").attention.head == 0);
}

TEST_CASE("values that make no sense are passed over or clamped") {
  const auto view = widgets::view_state_from_text(
      "scale = 99\nsplitter.left = -4\nsplitter.right = nan\ncurves.maximised = \x02\ncurves.log = ; ;\n"
      "theme = plaid\ncurves.smoothing = 1e3\nunknown = 3\n=\n= =\nscale\npreset = a\x01"
      "b\n"
      "curves.raw = false\ncurves.smooth = false\n");
  const ViewState standard;
  REQUIRE(view.scale == widgets::kMaximumScale);
  REQUIRE(view.left_fraction == Approx(0.05));
  REQUIRE(view.right_fraction == standard.right_fraction);
  const auto& plots = view.of<widgets::CurvesState>();
  REQUIRE(plots.maximised.empty());
  REQUIRE(plots.log_axis.empty());
  REQUIRE(view.theme == standard.theme);
  REQUIRE(plots.smoothing == widgets::CurvesState{}.smoothing);
  REQUIRE(view.preset == "ab");
  REQUIRE((plots.show_raw || plots.show_smooth));
}

TEST_CASE("any bytes can be read") {
  std::mt19937 random(3);
  const auto whole = widgets::to_text(ViewState{});
  for (int trial = 0; trial < 300; ++trial) {
    auto text = whole;
    for (int i = 0; i < 20; ++i)
      text[random() % text.size()] = static_cast<char>(random());
    text.resize(random() % (text.size() + 1));
    const auto view = widgets::view_state_from_text(text);
    REQUIRE(view.scale >= widgets::kMinimumScale);
    REQUIRE(view.scale <= widgets::kMaximumScale);
    REQUIRE(view.left_fraction > 0);
    REQUIRE(view.left_fraction < 1);
    REQUIRE(view.of<widgets::CurvesState>().smoothing >= 1);
  }
}

}  // namespace qarium::view_state_test
