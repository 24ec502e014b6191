#include "widgets/laboratory/laboratory_workspace.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "widgets/laboratory/laboratory_curve.hpp"
#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/workspace_scope.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kLaboratoryLeftWidth = 256;
constexpr float kLaboratoryPicturesWidth = 460;
constexpr float kLaboratoryMatrixWidth = 282;
constexpr float kControlsHeight = 258;
constexpr float kLaboratoryPlotHeight = 150;
constexpr float kAnswerHeight = 150;
constexpr float kLaboratoryPicturesHeight = 240;
constexpr float kLaboratoryMatrixHeight = 220;
constexpr float kLaboratoryChainHeight = 248;
constexpr float kLaboratoryGap = 8;
constexpr float kLaboratoryThreeColumns =
    kLaboratoryLeftWidth + kLaboratoryPicturesWidth + kLaboratoryMatrixWidth + 2 * kLaboratoryGap;
constexpr float kLaboratoryTwoColumns = kLaboratoryLeftWidth + kLaboratoryPicturesWidth + kLaboratoryGap;
constexpr float kLaboratoryLeastHeight = kAnswerHeight + kLaboratoryPicturesHeight + kLaboratoryGap;
constexpr float kLaboratoryRightBelow = 500;

void draw_laboratory_left(const PanelContext& context, const Rect& area) {
  auto& look = context.view.of<LaboratoryState>();
  const auto [controls, plot] =
      split_rows(context, area,
                 {"splitter.laboratory.controls", &look.controls_fraction, LaboratoryState::kControlsFraction,
                  context.px(kControlsHeight), context.px(kLaboratoryPlotHeight)});
  draw_laboratory_controls(context, controls);
  draw_laboratory_plot(context, plot);
}

void take_pointing(const PanelContext& context, const TimePointing& pointing) {
  auto& state = context.view.of<LaboratoryState>();
  if (pointing.hovered >= 0) state.hovered_next = pointing.hovered;
  if (pointing.clicked >= 0) state.cursor = pointing.clicked;
}

void draw_laboratory_middle(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.of<LaboratoryState>();
  const auto [answer, pictures] =
      split_rows(context, area,
                 {"splitter.laboratory.answer", &look.answer_fraction, LaboratoryState::kAnswerFraction,
                  context.px(kAnswerHeight), context.px(kLaboratoryPicturesHeight)});
  take_pointing(context, draw_laboratory_answer(context, shown, answer));
  take_pointing(context, draw_memory_pictures(context, shown, pictures));
}

void draw_laboratory_right(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.of<LaboratoryState>();
  const auto [matrix, chain] =
      split_rows(context, area,
                 {"splitter.laboratory.chain", &look.chain_fraction, LaboratoryState::kChainFraction,
                  context.px(kLaboratoryMatrixHeight), context.px(kLaboratoryChainHeight)});
  const int slot = draw_memory_matrix(context, shown, matrix);
  auto& chosen = shown.kept->chosen_slot;
  if (slot >= 0) chosen = chosen == slot ? -1 : slot;
  draw_memory_chain(context, shown, chain);
}

void draw_laboratory_columns(const PanelContext& context, const ShownMemory& shown, const Rect& area, bool right) {
  auto& look = context.view.of<LaboratoryState>();
  const float others =
      right ? kLaboratoryPicturesWidth + kLaboratoryGap + kLaboratoryMatrixWidth : kLaboratoryPicturesWidth;
  const auto [left, rest] =
      split_columns(context, area,
                    {"splitter.laboratory.left", &look.left_fraction, LaboratoryState::kLeftFraction,
                     context.px(kLaboratoryLeftWidth), context.px(others)});
  draw_laboratory_left(context, left);
  if (!right) {
    draw_laboratory_middle(context, shown, rest);
    return;
  }
  const auto [middle, last] =
      split_columns(context, rest,
                    {"splitter.laboratory.matrix", &look.matrix_fraction, LaboratoryState::kMatrixFraction,
                     context.px(kLaboratoryPicturesWidth), context.px(kLaboratoryMatrixWidth)});
  draw_laboratory_middle(context, shown, middle);
  draw_laboratory_right(context, shown, last);
}

void draw_laboratory_workspace(const PanelContext& context, const Rect& area) {
  const auto shown = shown_laboratory(context);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kLaboratoryLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kLaboratoryThreeColumns ? 3 : width + 1 >= kLaboratoryTwoColumns ? 2 : 1;
  const float right = columns == 3 ? 0 : kLaboratoryRightBelow + kLaboratoryGap;
  const WorkspaceScope scope(context, area, (columns == 1 ? 2 * height + kLaboratoryGap : height) + right);
  Rect inside = scope.inside();
  if (right > 0)
    draw_laboratory_right(context, shown,
                          inside.cut_bottom(context.px(kLaboratoryRightBelow), context.px(kLaboratoryGap)));
  if (columns == 1) {
    draw_laboratory_left(
        context, inside.cut_top((inside.height() - context.px(kLaboratoryGap)) / 2, context.px(kLaboratoryGap)));
    draw_laboratory_middle(context, shown, inside);
  } else {
    draw_laboratory_columns(context, shown, inside, columns == 3);
  }
}

protocol::Needs laboratory_needs(const ViewState&) {
  return static_cast<protocol::Needs>(protocol::Part::Laboratory);
}

void begin_laboratory_frame(ViewState& view) {
  auto& state = view.of<LaboratoryState>();
  state.kept.hovered_slot = std::exchange(state.kept.hovered_slot_next, -1);
  state.hovered = std::exchange(state.hovered_next, std::nullopt);
}

void forget_laboratory(const protocol::Acknowledgement& acknowledgement, Models& models) {
  const auto* command = std::get_if<protocol::LaboratoryCommand>(&acknowledgement.command);
  if (command != nullptr && std::holds_alternative<protocol::StartLaboratory>(*command))
    models.of<LaboratoryCurve>().clear();
}

void report_laboratory(const PanelContext& context, Report& report) {
  const auto& laboratory = laboratory_of(context);
  report.add("running", laboratory.running);
  report.add("task", laboratory.options.task);
  report.add("sequences", laboratory.sequences);
  report.add("bits_per_sequence", laboratory.bits_per_sequence);
  report.add("solved", laboratory.solved);
  report.add("error", laboratory.error);
  if (laboratory.sample != nullptr) report.add("sample_steps", laboratory.sample->steps);
}

constexpr std::array kLaboratoryPanels{
    PanelRow{{"Laboratory"}, draw_laboratory_controls},
    PanelRow{{"Bits per sequence"}, draw_laboratory_plot},
    PanelRow{{"Answer"},
             [](const PanelContext& context, const Rect& area) {
               take_pointing(context, draw_laboratory_answer(context, shown_laboratory(context), area));
             }},
    PanelRow{{"Episode"},
             [](const PanelContext& context, const Rect& area) {
               take_pointing(context, draw_memory_pictures(context, shown_laboratory(context), area));
             }},
    PanelRow{{"Memory now", "Units now", "Kept steps"},
             [](const PanelContext& context, const Rect& area) {
               const auto shown = shown_laboratory(context);
               const int slot = draw_memory_matrix(context, shown, area);
               auto& chosen = shown.kept->chosen_slot;
               if (slot >= 0) chosen = chosen == slot ? -1 : slot;
             }},
    PanelRow{{"Addressing", "Gates now", "Weights now"}, [](const PanelContext& context, const Rect& area) {
               draw_memory_chain(context, shown_laboratory(context), area);
             }}};

using Experiment = protocol::LaboratoryExperiment;
constexpr auto kLargestSeed = static_cast<double>(std::numeric_limits<std::int64_t>::max());
constexpr std::array kLaboratoryRows{
    setting::text<&LaboratoryState::experiment, &Experiment::task>("task"),
    setting::text<&LaboratoryState::experiment, &Experiment::memory>("memory"),
    setting::text<&LaboratoryState::experiment, &Experiment::preset>("preset", protocol::kLaboratoryPresets),
    setting::number<&LaboratoryState::experiment, &Experiment::seed>("seed", 0, kLargestSeed),
    setting::number<&LaboratoryState::length>("length", 1, kLongestShown),
    setting::flag<&LaboratoryState::log_axis>("log"),
    setting::share<&LaboratoryState::left_fraction>("splitter.left"),
    setting::share<&LaboratoryState::matrix_fraction>("splitter.matrix"),
    setting::share<&LaboratoryState::controls_fraction>("splitter.controls"),
    setting::share<&LaboratoryState::answer_fraction>("splitter.answer"),
    setting::share<&LaboratoryState::chain_fraction>("splitter.chain")};

}  // namespace

constinit const Workspace kLaboratoryWorkspace{.id = "laboratory",
                                               .title = "Laboratory",
                                               .help = "The tasks of the NTM paper, apart from the agent",
                                               .key = Key::Digit4,
                                               .key_name = "Ctrl 4",
                                               .needs = laboratory_needs,
                                               .draw = draw_laboratory_workspace,
                                               .settings = kLaboratoryRows,
                                               .panels = kLaboratoryPanels,
                                               .draw_network = draw_laboratory_network,
                                               .begin_frame = begin_laboratory_frame,
                                               .move = move_laboratory_cursor,
                                               .accepted = forget_laboratory,
                                               .report = report_laboratory};

}  // namespace qarium::widgets
