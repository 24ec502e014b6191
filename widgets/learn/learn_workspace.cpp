#include "widgets/learn/learn_workspace.hpp"

#include <algorithm>
#include <array>

#include "widgets/curves/curves.hpp"
#include "widgets/learn/learn_panels.hpp"
#include "widgets/learn/learn_state.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/parts/stage_panel.hpp"
#include "widgets/workspace_scope.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kStageWidth = 280;
constexpr float kCurvesWidth = 320;
constexpr float kParametersWidth = 372;
constexpr float kLearnStageHeight = 190;
constexpr float kLearnValuesHeight = 196;
constexpr float kCurvesHeight = 200;
constexpr float kReplayHeight = 168;
constexpr float kLearnGap = 8;
constexpr float kLearnThreeColumns = kStageWidth + kCurvesWidth + kParametersWidth + 2 * kLearnGap;
constexpr float kLearnTwoColumns = kStageWidth + kCurvesWidth + kLearnGap;
constexpr float kLearnLeastHeight = kLearnStageHeight + kLearnValuesHeight + kLearnGap;
constexpr float kParametersBelow = 380;
constexpr float kLearnComfort = 620;

void draw_stage_column(const PanelContext& context, const Rect& area) {
  auto& state = context.view.of<LearnState>();
  const auto [scene, values] = split_rows(context, area,
                                          {"splitter.stage", &state.stage_fraction, LearnState::kStageFraction,
                                           context.px(kLearnStageHeight), context.px(kLearnValuesHeight)});
  draw_stage_choice(context, scene);
  draw_action_values(context, values);
}

void draw_curves_column(const PanelContext& context, const Rect& area) {
  auto& state = context.view.of<LearnState>();
  const auto [curves, replay] = split_rows(context, area,
                                           {"splitter.curves", &state.curves_fraction, LearnState::kCurvesFraction,
                                            context.px(kCurvesHeight), context.px(kReplayHeight)});
  draw_curves(context, curves);
  // Who has a critic with attention learns from rollouts, and has no replay.
  if (config::critic_states(context.trainer.hyperparameters) > 0) {
    draw_critic(context, replay);
  } else {
    draw_replay(context, replay);
  }
}

void draw_three_columns(const PanelContext& context, const Rect& area) {
  auto& state = context.view.of<LearnState>();
  const auto [left, others] =
      split_columns(context, area,
                    {"splitter.left", &state.left_fraction, LearnState::kLeftFraction, context.px(kStageWidth),
                     context.px(kCurvesWidth + kLearnGap + kParametersWidth)});
  const auto [middle, right] = split_columns(context, others,
                                             {"splitter.right", &state.right_fraction, LearnState::kRightFraction,
                                              context.px(kCurvesWidth), context.px(kParametersWidth)});
  draw_stage_column(context, left);
  draw_curves_column(context, middle);
  draw_hyperparameters(context, right);
}

void draw_two_columns(const PanelContext& context, Rect area) {
  const Rect below = area.cut_bottom(context.px(kParametersBelow), context.px(kLearnGap));
  const auto [left, right] =
      split_columns(context, area,
                    {"splitter.left", &context.view.of<LearnState>().left_fraction, LearnState::kLeftFraction,
                     context.px(kStageWidth), context.px(kCurvesWidth)});
  draw_stage_column(context, left);
  draw_curves_column(context, right);
  draw_hyperparameters(context, below);
}

void draw_one_column(const PanelContext& context, Rect area) {
  const Rect below = area.cut_bottom(context.px(kParametersBelow), context.px(kLearnGap));
  const float half = (area.height() - context.px(kLearnGap)) / 2;
  draw_stage_column(context, area.cut_top(half, context.px(kLearnGap)));
  draw_curves_column(context, area);
  draw_hyperparameters(context, below);
}

void draw_learn_workspace(const PanelContext& context, const Rect& area) {
  const float width = area.width() / context.scale;
  const float height = area.height() / context.scale;
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kLearnThreeColumns ? 3 : width + 1 >= kLearnTwoColumns ? 2 : 1;
  float wanted = kLearnLeastHeight;
  if (columns == 2) wanted = std::max(height, kLearnLeastHeight) + kLearnGap + kParametersBelow;
  if (columns == 1) wanted = 2 * std::max(height, kLearnLeastHeight) + 2 * kLearnGap + kParametersBelow;
  const WorkspaceScope scope(context, area, wanted,
                             wanted + std::max(0.0F, kLearnComfort - std::max(height, kLearnLeastHeight)));
  const Rect& inside = scope.inside();
  if (columns == 3) draw_three_columns(context, inside);
  if (columns == 2) draw_two_columns(context, inside);
  if (columns == 1) draw_one_column(context, inside);
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
                                  PanelRow{{"Action values"}, draw_action_values},
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
