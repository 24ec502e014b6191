#include "widgets/settings.hpp"

#include <random>

#include "tests/panel/rig.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/memory_pictures/memory_look.hpp"
#include "widgets/parts/stage_panel.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::settings_test {

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
  view.workspace = "attention";
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
  view.workspace = "laboratory";
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
  REQUIRE(back.workspace == "laboratory");
  REQUIRE(back.of<widgets::MemoryLook>().read_head == 2);
  REQUIRE(back.of<widgets::MemoryLook>().order == widgets::UnitOrder::Change);
  REQUIRE(back.of<widgets::MemoryLook>().kept_order == widgets::KeptOrder::Age);
  REQUIRE(back.of<widgets::MemoryLook>().pinned == memory.pinned);
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.task == "priority_sort");
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.preset == "paper");
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.seed == 12);
  REQUIRE(widgets::to_text(back) == widgets::to_text(view));
}

TEST_CASE("odd values are clamped or passed over, each by itself") {
  const auto odd = widgets::view_state_from_text(R"(
    scale = "large"
    [laboratory]
    length = 900
    preset = "unheard_of"
    seed = -3
    task = 7
    log = "yes"
    [memory_pictures]
    order = "up"
    kept_order = 1
    pinned = [1.0, 2.0]
    read_head = 99
    write_head = 1.5
    pinned_matrix = -2
    [curves]
    log = ["Loss", "", "a\nb"]
    maximised = ["Loss"]
    smoothing = 1e3
    [attention.splitter]
    left = true
    matrix = 7
    frame = nan
    [attention]
    opacity = inf
    [unheard_of]
    left = 3
  )");
  const auto& laboratory = odd.of<widgets::LaboratoryState>();
  CHECK(laboratory.length == widgets::kLongestShown);
  CHECK(laboratory.experiment.preset == "quick");
  CHECK(laboratory.experiment.seed == 0);
  CHECK(laboratory.experiment.task == "copy");
  CHECK_FALSE(laboratory.log_axis);
  const auto& look = odd.of<widgets::MemoryLook>();
  CHECK(look.order == widgets::UnitOrder::Number);
  CHECK(look.kept_order == widgets::KeptOrder::Weight);
  CHECK(look.pinned[0] == 0);
  CHECK(look.read_head == 31);
  CHECK(look.write_head == 0);
  CHECK(look.pinned_matrix == 0);
  const auto& curves = odd.of<widgets::CurvesState>();
  CHECK(curves.log_axis == std::set<std::string, std::less<>>{"Loss", "ab"});
  CHECK(curves.maximised.empty());
  CHECK(curves.smoothing == widgets::CurvesState{}.smoothing);
  const auto& attention = odd.of<widgets::AttentionState>();
  CHECK(attention.left_fraction == widgets::AttentionState::kLeftFraction);
  CHECK(attention.matrix_fraction == Approx(0.95));
  CHECK(attention.frame_fraction == widgets::AttentionState::kFrameFraction);
  CHECK(attention.opacity == widgets::AttentionState{}.opacity);
  CHECK(odd.scale == 1);
}

TEST_CASE("the mean and the maximum over heads are remembered by name") {
  for (const int head : {widgets::kMeanHead, widgets::kMaximumHead, 15}) {
    ViewState view;
    view.of<widgets::AttentionState>().head = head;
    REQUIRE(widgets::view_state_from_text(widgets::to_text(view)).of<widgets::AttentionState>().head == head);
  }
  const auto head_of = [](std::string_view text) {
    return widgets::view_state_from_text(text).of<widgets::AttentionState>().head;
  };
  REQUIRE(head_of("[attention]\nhead = 99\n") == 15);
  REQUIRE(head_of("[attention]\nhead = \"maximum\"\n") == widgets::kMaximumHead);
  REQUIRE(head_of("[attention]\nhead = \"median\"\n") == widgets::kMeanHead);
  REQUIRE(head_of("attention.head = 99\nattention.opacity = 7 percent\n") == 15);
}

TEST_CASE("what is written is TOML with a section for each part of the window") {
  const auto text = widgets::to_text(ViewState{});
  for (const std::string part :
       {"theme = 'dark'", "workspace = 'learn'", "[curves]", "[stage]", "[learn]", "[learn.splitter]", "[attention]",
        "[memory_pictures]", "[memory.splitter]", "[laboratory]", "left = 0.255", "opacity = 0.75", "head = 'mean'"}) {
    INFO(text);
    CHECK(text.find(part) != std::string::npos);
  }
}

TEST_CASE("a name goes on one line and is not endless, and comes back whatever it holds") {
  ViewState view;
  view.preset =
      "a\x01"
      "b\n\"'[x] = \\ \xc3\xa4";
  view.of<widgets::CurvesState>().log_axis = {"|TD error|", "a = \"b\"", std::string(500, 'x')};
  view.of<widgets::LaboratoryState>().experiment.task = std::string(1'000'000, 'y');
  const auto back = widgets::view_state_from_text(widgets::to_text(view));
  REQUIRE(back.preset == "ab\"'[x] = \\ \xc3\xa4");
  REQUIRE(back.of<widgets::LaboratoryState>().experiment.task == std::string(200, 'y'));
  REQUIRE(back.of<widgets::CurvesState>().log_axis.contains("a = \"b\""));
  REQUIRE(back.of<widgets::CurvesState>().log_axis.size() == 3);
}

TEST_CASE("the file of an earlier version still reads, name by name") {
  const auto view = widgets::view_state_from_text(R"(theme = light
scale = 1.7500
workspace = memory
preset = breakout
splitter.left = 0.3100
splitter.right = 0.5000
splitter.stage = 0.4000
splitter.curves = 0.9000
curves.log = 00101000
curves.maximised = 3
curves.smoothing = 200
curves.raw = false
curves.smooth = true
replay.sort = td_error
stage.grid = false
attention.head = maximum
attention.smooth = false
attention.contours = false
attention.opacity = 0.2500
attention.matrix = false
attention.colors = viridis
attention.pinned = 0.1250
attention.splitter.left = 0.2000
attention.splitter.matrix = 0.3000
attention.splitter.frame = 0.4000
attention.splitter.heads = 0.7000
memory.read_head = 2
memory.write_head = 1
memory.chain_writes = true
memory.changes = true
memory.order = change
memory.kept_order = age
memory.pinned_matrix = 1.5000
memory.pinned = 0.0000 0.0000 0.0000 0.0000 0.0000 0.7500 0.0000 0.0000 0.0000 0.0000 0.0000 0.0000 0.0000
memory.splitter.left = 0.1100
memory.splitter.matrix = 0.2200
memory.splitter.stage = 0.3300
memory.splitter.values = 0.4400
memory.splitter.beside = 0.5500
memory.splitter.wishes = 0.6600
laboratory.task = priority_sort
laboratory.memory = dnc
laboratory.preset = paper
laboratory.seed = 12
laboratory.length = 77
laboratory.log = true
laboratory.splitter.left = 0.1500
laboratory.splitter.matrix = 0.2500
laboratory.splitter.controls = 0.3500
laboratory.splitter.answer = 0.4500
laboratory.splitter.chain = 0.6500
)");
  CHECK(view.theme == widgets::ThemeChoice::Light);
  CHECK(view.scale == 1.75F);
  CHECK(view.workspace == "memory");
  CHECK(view.preset == "breakout");
  const auto& learn = view.of<widgets::LearnState>();
  CHECK(learn.left_fraction == 0.31F);
  CHECK(learn.right_fraction == 0.5F);
  CHECK(learn.stage_fraction == 0.4F);
  CHECK(learn.curves_fraction == 0.9F);
  CHECK(learn.replay_sort == widgets::ReplaySort::TdError);
  const auto& curves = view.of<widgets::CurvesState>();
  CHECK(curves.log_axis == std::set<std::string, std::less<>>{"Loss", "|TD error|"});
  CHECK(curves.maximised == "Mean max Q");
  CHECK(curves.smoothing == 200);
  CHECK_FALSE(curves.show_raw);
  CHECK_FALSE(view.of<widgets::StageLook>().grid);
  const auto& attention = view.of<widgets::AttentionState>();
  CHECK(attention.head == widgets::kMaximumHead);
  CHECK_FALSE((attention.smooth || attention.contours || attention.matrix));
  CHECK(attention.opacity == 0.25F);
  CHECK(attention.colors == widgets::ColorMap::Viridis);
  CHECK(attention.pinned == 0.125F);
  CHECK(attention.heads_fraction == 0.7F);
  const auto& look = view.of<widgets::MemoryLook>();
  CHECK(look.read_head == 2);
  CHECK(look.write_head == 1);
  CHECK((look.chain_writes && look.changes));
  CHECK(look.order == widgets::UnitOrder::Change);
  CHECK(look.kept_order == widgets::KeptOrder::Age);
  CHECK(look.pinned_matrix == 1.5F);
  CHECK(look.pinned[static_cast<std::size_t>(protocol::TraceRole::Reads)] == 0.75F);
  const auto& memory = view.of<widgets::MemoryState>();
  CHECK(memory.left_fraction == 0.11F);
  CHECK(memory.counterfactual_fraction == 0.55F);
  CHECK(memory.intervention_fraction == 0.66F);
  const auto& laboratory = view.of<widgets::LaboratoryState>();
  CHECK(laboratory.experiment.task == "priority_sort");
  CHECK(laboratory.experiment.memory == "dnc");
  CHECK(laboratory.experiment.preset == "paper");
  CHECK(laboratory.experiment.seed == 12);
  CHECK(laboratory.length == 77);
  CHECK(laboratory.log_axis);
  CHECK(laboratory.chain_fraction == 0.65F);
  // And what was read from it is what the new one holds.
  CHECK(widgets::to_text(widgets::view_state_from_text(widgets::to_text(view))) == widgets::to_text(view));
}

TEST_CASE("values of an earlier version that make no sense are passed over or clamped") {
  const auto view = widgets::view_state_from_text(
      "scale = 99\nsplitter.left = -4\nsplitter.right = nan\ncurves.maximised = 77\ncurves.log = 01x\n"
      "theme = plaid\ncurves.smoothing = 1e3\nunknown = 3\n=\n= =\nscale\npreset = a\x01"
      "b\nworkspace = cellar\n"
      "curves.raw = false\ncurves.smooth = false\nmemory.pinned = 1 2\nreplay.sort = size\n");
  const ViewState standard;
  CHECK(view.scale == widgets::kMaximumScale);
  CHECK(view.of<widgets::LearnState>().left_fraction == Approx(0.05));
  CHECK(view.of<widgets::LearnState>().right_fraction == widgets::LearnState::kRightFraction);
  CHECK(view.of<widgets::LearnState>().replay_sort == widgets::ReplaySort::Order);
  const auto& plots = view.of<widgets::CurvesState>();
  CHECK(plots.maximised.empty());
  CHECK(plots.log_axis.empty());
  CHECK(plots.smoothing == widgets::CurvesState{}.smoothing);
  CHECK(plots.show_smooth);
  CHECK(view.theme == standard.theme);
  CHECK(view.preset == "ab");
  CHECK(view.workspace == "learn");
  CHECK(view.of<widgets::MemoryLook>().pinned[0] == 0);
}

TEST_CASE("a damaged file gives what is left of it") {
  ViewState view;
  view.theme = widgets::ThemeChoice::Light;
  view.of<widgets::AttentionState>().opacity = 0.125F;
  view.of<widgets::LearnState>().stage_fraction = 0.25F;
  const auto back = widgets::view_state_from_text(widgets::to_text(view) + "\n[[[ = \"\n");
  CHECK(back.theme == widgets::ThemeChoice::Light);
  CHECK(back.of<widgets::AttentionState>().opacity == 0.125F);
  CHECK(back.of<widgets::LearnState>().stage_fraction == 0.25F);
}

TEST_CASE("any bytes can be read") {
  std::mt19937 random(3);
  const auto whole = widgets::to_text(ViewState{});
  for (int trial = 0; trial < 400; ++trial) {
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
    REQUIRE(widgets::find_workspace(view.workspace) != nullptr);
    REQUIRE_FALSE(widgets::to_text(view).empty());
  }
}

TEST_CASE("text that is made to hurt is read") {
  const std::string deep(100'000, '[');
  const std::string long_key(100'000, 'k');
  for (const auto& text : {deep, "x = " + deep, long_key + " = " + long_key, std::string(2'000'000, '\n'),
                           std::string(10'000, '\0'), std::string("theme = 'light'\ntheme = 'dark'\n"),
                           std::string("learn = 3\nattention = [1, 'a']\ncurves.log = {}"),
                           std::string("[learn]\nsplitter = 4\n"), std::string("\xff\xfe\x00t", 4),
                           std::string("scale = 1e999"), std::string("laboratory.seed = 99999999999999999999999"),
                           std::string("[attention]\nhead = -9223372036854775808")}) {
    const auto view = widgets::view_state_from_text(text);
    REQUIRE(view.scale == 1);
    REQUIRE(view.of<widgets::LearnState>().left_fraction == widgets::LearnState::kLeftFraction);
  }
}

TEST_CASE("bytes that are no letters do not spoil the file that is written") {
  const auto view = widgets::view_state_from_text("[[[ = \"\npreset =\xE7 \"breakout\"\n");
  const auto text = widgets::to_text(view);
  CHECK(widgets::to_text(widgets::view_state_from_text(text)) == text);
  ViewState cut;
  cut.preset = std::string(199, 'a') + "\xC3\xA9";
  CHECK(widgets::view_state_from_text(widgets::to_text(cut)).preset == std::string(199, 'a'));
}

}  // namespace qarium::settings_test
