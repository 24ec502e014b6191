#include <random>

#include "tests/panel/rig.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::view_state_test {

using widgets::ViewState;

TEST_CASE("what the user chose comes back from its text") {
  ViewState view;
  view.theme = widgets::ThemeChoice::Light;
  view.scale = 1.75F;
  view.preset = "breakout";
  view.of<widgets::LearnState>().left_fraction = 0.31F;
  view.of<widgets::LearnState>().right_fraction = 0.5F;
  view.of<widgets::LearnState>().stage_fraction = 0.4F;
  view.of<widgets::LearnState>().curves_fraction = 0.9F;
  auto& plots = view.of<widgets::CurvesState>();
  plots.log_axis = {"Loss", "|TD error|"};
  plots.maximised = "Mean max Q";
  plots.smoothing = 200;
  plots.show_raw = false;
  view.of<widgets::LearnState>().replay_sort = widgets::ReplaySort::Age;
  view.of<widgets::StageLook>().grid = false;
  view.workspace = widgets::Workspace::Attention;
  auto& look = view.of<widgets::AttentionState>();
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
  REQUIRE(back.of<widgets::LearnState>().left_fraction == Approx(view.of<widgets::LearnState>().left_fraction));
  REQUIRE(back.of<widgets::LearnState>().right_fraction == Approx(view.of<widgets::LearnState>().right_fraction));
  REQUIRE(back.of<widgets::LearnState>().stage_fraction == Approx(view.of<widgets::LearnState>().stage_fraction));
  REQUIRE(back.of<widgets::LearnState>().curves_fraction == Approx(view.of<widgets::LearnState>().curves_fraction));
  const auto& plots_back = back.of<widgets::CurvesState>();
  REQUIRE(plots_back.log_axis == plots.log_axis);
  REQUIRE(plots_back.maximised == "Mean max Q");
  REQUIRE(plots_back.smoothing == 200);
  REQUIRE_FALSE(plots_back.show_raw);
  REQUIRE(plots_back.show_smooth);
  REQUIRE(back.of<widgets::LearnState>().replay_sort == widgets::ReplaySort::Age);
  REQUIRE_FALSE(back.of<widgets::StageLook>().grid);
  REQUIRE(back.workspace == view.workspace);
  REQUIRE(back.of<widgets::AttentionState>().head == 3);
  REQUIRE_FALSE(back.of<widgets::AttentionState>().smooth);
  REQUIRE_FALSE(back.of<widgets::AttentionState>().contours);
  REQUIRE_FALSE(back.of<widgets::AttentionState>().matrix);
  REQUIRE(back.of<widgets::AttentionState>().opacity == Approx(0.25));
  REQUIRE(back.of<widgets::AttentionState>().colors == look.colors);
  REQUIRE(back.of<widgets::AttentionState>().pinned == Approx(0.125));
  REQUIRE(back.of<widgets::AttentionState>().left_fraction == Approx(0.2));
  REQUIRE(back.of<widgets::AttentionState>().matrix_fraction == Approx(0.3));
  REQUIRE(back.of<widgets::AttentionState>().frame_fraction == Approx(0.4));
  REQUIRE(back.of<widgets::AttentionState>().heads_fraction == Approx(0.7));
  REQUIRE(widgets::to_text(back) == widgets::to_text(view));
}

TEST_CASE("what was chosen about memories and in the laboratory comes back from its text") {
  ViewState view;
  view.workspace = widgets::Workspace::Laboratory;
  auto& memory = view.of<widgets::MemoryLook>();
  auto& splitters = view.of<widgets::MemoryState>();
  memory.read_head = 2;
  memory.write_head = 1;
  memory.chain_writes = memory.changes = true;
  memory.order = widgets::UnitOrder::Change;
  memory.kept_order = widgets::KeptOrder::Age;
  memory.pinned_matrix = 1.5F;
  memory.pinned[static_cast<std::size_t>(protocol::TraceRole::Reads)] = 0.75F;
  splitters.left_fraction = 0.11F;
  splitters.intervention_fraction = 0.44F;
  auto& laboratory = view.of<widgets::LaboratoryState>();
  laboratory.experiment.task = "priority_sort";
  laboratory.experiment.memory = "dnc";
  laboratory.experiment.preset = "paper";
  laboratory.experiment.seed = 12;
  laboratory.length = 77;
  laboratory.log_axis = true;
  laboratory.answer_fraction = 0.61F;
  const auto back = widgets::view_state_from_text(widgets::to_text(view));
  REQUIRE(back.workspace == widgets::Workspace::Laboratory);
  REQUIRE(back.of<widgets::MemoryLook>().read_head == 2);
  REQUIRE(back.of<widgets::MemoryLook>().order == widgets::UnitOrder::Change);
  REQUIRE(back.of<widgets::MemoryLook>().kept_order == widgets::KeptOrder::Age);
  REQUIRE(back.of<widgets::MemoryLook>().pinned == memory.pinned);
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.task == "priority_sort");
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.preset == "paper");
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.seed == 12);
  REQUIRE(widgets::to_text(back) == widgets::to_text(view));
  const auto odd = widgets::view_state_from_text(
      "laboratory.length = 900\nlaboratory.preset = unheard_of\nlaboratory.seed = -3\nmemory.order = "
      "up\nmemory.kept_order = up\nmemory.pinned = 1 "
      "2\nmemory.read_head = 99\n");
  REQUIRE(odd.of<widgets::LaboratoryState>().experiment.preset == "quick");
  REQUIRE(odd.of<widgets::LaboratoryState>().length == widgets::kLongestShown);
  REQUIRE(odd.of<widgets::LaboratoryState>().experiment.seed == 0);
  REQUIRE(odd.of<widgets::MemoryLook>().order == widgets::UnitOrder::Number);
  REQUIRE(odd.of<widgets::MemoryLook>().kept_order == widgets::KeptOrder::Weight);
  REQUIRE(odd.of<widgets::MemoryLook>().pinned[0] == 0);
  REQUIRE(odd.of<widgets::MemoryLook>().read_head == 31);
}

TEST_CASE("the mean and the maximum over heads are remembered by name") {
  for (const int head : {widgets::kMeanHead, widgets::kMaximumHead, 15}) {
    ViewState view;
    view.of<widgets::AttentionState>().head = head;
    REQUIRE(widgets::view_state_from_text(widgets::to_text(view)).of<widgets::AttentionState>().head == head);
  }
  REQUIRE(widgets::view_state_from_text("attention.head = 99\nattention.opacity = 7\n")
              .of<widgets::AttentionState>()
              .head == 15);
  REQUIRE(widgets::view_state_from_text("attention.head = -7\n").of<widgets::AttentionState>().head == 0);
}

TEST_CASE("values that make no sense are passed over or clamped") {
  const auto view = widgets::view_state_from_text(
      "scale = 99\nsplitter.left = -4\nsplitter.right = nan\ncurves.maximised = \x02\ncurves.log = ; ;\n"
      "theme = plaid\ncurves.smoothing = 1e3\nunknown = 3\n=\n= =\nscale\npreset = a\x01"
      "b\n"
      "curves.raw = false\ncurves.smooth = false\n");
  const ViewState standard;
  REQUIRE(view.scale == widgets::kMaximumScale);
  REQUIRE(view.of<widgets::LearnState>().left_fraction == Approx(0.05));
  REQUIRE(view.of<widgets::LearnState>().right_fraction == standard.of<widgets::LearnState>().right_fraction);
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
    REQUIRE(view.of<widgets::LearnState>().left_fraction > 0);
    REQUIRE(view.of<widgets::LearnState>().left_fraction < 1);
    REQUIRE(view.of<widgets::CurvesState>().smoothing >= 1);
  }
}

}  // namespace qarium::view_state_test
