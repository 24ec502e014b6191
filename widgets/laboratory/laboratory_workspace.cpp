#include "widgets/laboratory/laboratory_workspace.hpp"

#include <array>
#include <limits>
#include <optional>
#include <utility>

#include "widgets/laboratory/laboratory_curve.hpp"
#include "widgets/laboratory/laboratory_panels.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/panel_grid.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kLaboratoryLeftWidth = 256;
constexpr float kLaboratoryPicturesWidth = 460;
constexpr float kLaboratoryMatrixWidth = 282;
constexpr float kControlsHeight = 332;
constexpr float kLaboratoryPlotHeight = 140;
constexpr float kLaboratoryPlotComfort = 200;
constexpr float kAnswerHeight = 150;
constexpr float kAnswerComfort = 330;
constexpr float kLaboratoryPicturesHeight = 240;
constexpr float kLaboratoryPicturesComfort = 400;
constexpr float kLaboratoryMatrixHeight = 150;
constexpr float kLaboratoryMatrixComfort = 244;
constexpr float kLaboratoryChainHeight = 248;
constexpr float kLaboratoryChainComfort = 340;

void take_pointing(const PanelContext& context, const TimePointing& pointing) {
  auto& state = context.view.of<LaboratoryState>();
  if (pointing.hovered >= 0) state.hovered_next = pointing.hovered;
  if (pointing.clicked >= 0) state.cursor = pointing.clicked;
}

void draw_laboratory_matrix(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  const int slot = draw_memory_matrix(context, shown, area);
  auto& chosen = shown.kept->chosen_slot;
  if (slot >= 0) chosen = chosen == slot ? -1 : slot;
}

GridColumn controls_column(const PanelContext& context) {
  auto& look = context.view.of<LaboratoryState>();
  return {.least_width = kLaboratoryLeftWidth,
          .panels = {{{.title = "Laboratory",
                       .least = kControlsHeight,
                       .draw = [&](const Rect& area) { draw_laboratory_controls(context, area); },
                       .below = {"splitter.laboratory.controls", &look.controls_fraction,
                                 LaboratoryState::kControlsFraction}},
                      {.title = "Bits per sequence",
                       .least = kLaboratoryPlotHeight,
                       .comfort = kLaboratoryPlotComfort,
                       .draw = [&](const Rect& area) { draw_laboratory_plot(context, area); }}}},
          .size = 2,
          .right = {"splitter.laboratory.left", &look.left_fraction, LaboratoryState::kLeftFraction}};
}

GridColumn answer_column(const PanelContext& context, const ShownMemory& shown) {
  auto& look = context.view.of<LaboratoryState>();
  return {
      .least_width = kLaboratoryPicturesWidth,
      .panels =
          {{{.title = "Answer",
             .least = kAnswerHeight,
             .comfort = kAnswerComfort,
             .draw = [&](const Rect& area) { take_pointing(context, draw_laboratory_answer(context, shown, area)); },
             .below = {"splitter.laboratory.answer", &look.answer_fraction, LaboratoryState::kAnswerFraction}},
            {.title = "Episode",
             .least = kLaboratoryPicturesHeight,
             .comfort = kLaboratoryPicturesComfort,
             .draw = [&](const Rect& area) { take_pointing(context, draw_memory_pictures(context, shown, area)); }}}},
      .size = 2,
      .right = {"splitter.laboratory.matrix", &look.matrix_fraction, LaboratoryState::kMatrixFraction}};
}

GridColumn matrix_column(const PanelContext& context, const ShownMemory& shown) {
  auto& look = context.view.of<LaboratoryState>();
  return {.least_width = kLaboratoryMatrixWidth,
          .panels = {{{.title = "Memory now",
                       .least = kLaboratoryMatrixHeight,
                       .comfort = kLaboratoryMatrixComfort,
                       .draw = [&](const Rect& area) { draw_laboratory_matrix(context, shown, area); },
                       .below = {"splitter.laboratory.chain", &look.chain_fraction, LaboratoryState::kChainFraction}},
                      {.title = "Addressing",
                       .least = kLaboratoryChainHeight,
                       .comfort = kLaboratoryChainComfort,
                       .draw = [&](const Rect& area) { draw_memory_chain(context, shown, area); }}}},
          .size = 2};
}

void draw_laboratory_workspace(const PanelContext& context, const Rect& area) {
  const auto shown = shown_laboratory(context);
  draw_panel_grid(context, area,
                  std::array{controls_column(context), answer_column(context, shown), matrix_column(context, shown)});
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
               draw_laboratory_matrix(context, shown_laboratory(context), area);
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
