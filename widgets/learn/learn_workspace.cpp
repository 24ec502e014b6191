#include "widgets/learn/learn_workspace.hpp"

#include <array>

#include "widgets/curves/curves.hpp"
#include "widgets/learn/learn_panels.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/panel_grid.hpp"
#include "widgets/parts/stage_panel.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kStageWidth = 280;
constexpr float kCurvesWidth = 320;
constexpr float kParametersWidth = 372;
constexpr float kLearnStageHeight = 190;
constexpr float kLearnStageComfort = 320;
constexpr float kLearnValuesHeight = 196;
constexpr float kCurvesHeight = 200;
constexpr float kReplayHeight = 168;
constexpr float kParametersHeight = 380;

GridColumn stage_column(const PanelContext& context) {
  auto& state = context.view.of<LearnState>();
  return {.least_width = kStageWidth,
          .panels = {{{.title = "Stage",
                       .least = kLearnStageHeight,
                       .comfort = kLearnStageComfort,
                       .draw = [&](const Rect& area) { draw_stage_choice(context, area); },
                       .below = {"splitter.stage", &state.stage_fraction, LearnState::kStageFraction}},
                      {.title = "Action values",
                       .least = kLearnValuesHeight,
                       .draw = [&](const Rect& area) { draw_action_values(context, area); }}}},
          .size = 2,
          .right = {"splitter.left", &state.left_fraction, LearnState::kLeftFraction}};
}

GridColumn curves_column(const PanelContext& context) {
  auto& state = context.view.of<LearnState>();
  // Who has a critic with attention learns from rollouts, and has no replay.
  const bool critic = config::critic_states(context.trainer.hyperparameters) > 0;
  const auto draw_lower = critic ? draw_critic : draw_replay;
  return {.least_width = kCurvesWidth,
          .panels = {{{.title = "Curves",
                       .least = kCurvesHeight,
                       .draw = [&](const Rect& area) { draw_curves(context, area); },
                       .below = {"splitter.curves", &state.curves_fraction, LearnState::kCurvesFraction}},
                      {.title = critic ? "Critic's attention" : "Replay",
                       .least = kReplayHeight,
                       .draw = [&context, draw_lower](const Rect& area) { draw_lower(context, area); }}}},
          .size = 2,
          .right = {"splitter.right", &state.right_fraction, LearnState::kRightFraction}};
}

GridColumn parameters_column(const PanelContext& context) {
  return {.least_width = kParametersWidth,
          .panels = {{{.title = "Hyperparameters",
                       .least = kParametersHeight,
                       .draw = [&](const Rect& area) { draw_hyperparameters(context, area); }}}},
          .size = 1};
}

void draw_learn_workspace(const PanelContext& context, const Rect& area) {
  draw_panel_grid(context, area, std::array{stage_column(context), curves_column(context), parameters_column(context)});
}

protocol::Needs learn_needs(const ViewState& view) {
  using protocol::Part;
  return stage_needs(view) | Part::ActionValues | Part::Replay;
}

void report_learn(const PanelContext& context, Report& report) {
  const auto& curves = context.models.of<Curves>();
  const auto& metrics = context.trainer.metrics;
  for (std::size_t id = 0; metrics && id < metrics->size(); ++id) {
    const auto& series = curves.raw(static_cast<protocol::MetricId>(id));
    if (!series.empty()) report.add("curves." + (*metrics)[id].name, series.last_x());
  }
  report.add("stamps", curves.stamps().size());
}

constexpr std::array kLearnPanels{PanelRow{{"Stage"}, draw_stage_choice},
                                  PanelRow{{"Action values", "Policy"}, draw_action_values},
                                  PanelRow{{"Curves"}, draw_curves},
                                  PanelRow{{"Replay"}, draw_replay},
                                  PanelRow{{"Critic's attention"}, draw_critic},
                                  PanelRow{{"Hyperparameters"}, draw_hyperparameters}};

constexpr std::array<std::string_view, 3> kReplaySorts{"order", "td_error", "age"};
constexpr std::array kLearnRows{
    setting::formerly(setting::share<&LearnState::left_fraction>("splitter.left"), "splitter.left"),
    setting::formerly(setting::share<&LearnState::right_fraction>("splitter.right"), "splitter.right"),
    setting::formerly(setting::share<&LearnState::stage_fraction>("splitter.stage"), "splitter.stage"),
    setting::formerly(setting::share<&LearnState::curves_fraction>("splitter.curves"), "splitter.curves"),
    setting::formerly(setting::choice<&LearnState::replay_sort>("replay_sort", kReplaySorts), "replay.sort"),
    setting::flag<&LearnState::differences>("differences")};

}  // namespace

constinit const Workspace kLearnWorkspace{.id = "learn",
                                          .title = "Learn",
                                          .help = "Learning as it goes",
                                          .key = Key::Digit1,
                                          .key_name = "Ctrl 1",
                                          .needs = learn_needs,
                                          .draw = draw_learn_workspace,
                                          .settings = kLearnRows,
                                          .panels = kLearnPanels,
                                          .report = report_learn};

}  // namespace qarium::widgets
