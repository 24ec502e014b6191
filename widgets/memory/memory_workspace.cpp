#include "widgets/memory/memory_workspace.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "widgets/intervention/intervention.hpp"
#include "widgets/intervention/memory_change.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/memory_pictures/memory_pictures.hpp"
#include "widgets/memory_pictures/recall.hpp"
#include "widgets/panel_grid.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/stage_panel.hpp"
#include "widgets/parts/stages.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kMemoryLeftWidth = 268;
constexpr float kMemoryPicturesWidth = 460;
constexpr float kMemoryMatrixWidth = 282;
constexpr float kMemoryStageHeight = 120;
constexpr float kMemoryStageComfort = 240;
constexpr float kMemoryValuesHeight = 120;
constexpr float kMemoryChainHeight = 248;
constexpr float kMemoryChainComfort = 340;
constexpr float kMemoryPicturesHeight = 250;
constexpr float kMemoryPicturesComfort = 400;
constexpr float kCounterfactualHeight = 150;
constexpr float kMemoryMatrixHeight = 220;
constexpr float kInterventionHeight = 198;

/// Certain that there is none: not while its first step is on the way.
bool without_memory(const PanelContext& context, const ShownMemory& shown) {
  const auto* block = find_block(context.trainer, core::Stage::Memory);
  const auto kind = block != nullptr ? std::string_view(block->kind)
                                     : configured_kind(context.trainer.hyperparameters, core::Stage::Memory);
  return !shown && kind == "none";
}

GridColumn stage_and_chain(const PanelContext& context, const ShownMemory& shown, bool nothing) {
  auto& look = context.view.of<MemoryState>();
  return {.least_width = kMemoryLeftWidth,
          .panels = {{{.title = "Stage",
                       .least = kMemoryStageHeight,
                       .comfort = kMemoryStageComfort,
                       .draw = [&](const Rect& area) { draw_stage(context, area); },
                       .below = {"splitter.memory.stage", &look.stage_fraction, MemoryState::kStageFraction}},
                      {.title = "Action values",
                       .least = kMemoryValuesHeight,
                       .draw = [&](const Rect& area) { draw_memory_values(context, area); },
                       .below = {"splitter.memory.values", &look.values_fraction, MemoryState::kValuesFraction}},
                      {.title = "Addressing",
                       .least = kMemoryChainHeight,
                       .comfort = kMemoryChainComfort,
                       .draw = [&](const Rect& area) { draw_memory_chain(context, shown, area); }}}},
          .size = nothing ? 2U : 3U,
          .right = {"splitter.memory.left", &look.left_fraction, MemoryState::kLeftFraction}};
}

/// What a moment clicked in the pictures is for: to be looked at, or what is being picked.
void act_on_moment(const PanelContext& context, const ShownMemory& shown, const TimePointing& pointing) {
  auto& state = context.view.of<MemoryState>();
  const auto& episode = *shown.episode;
  const auto index = episode.first + pointing.clicked;
  const auto& trace = episode.traces[pointing.trace];
  const bool written = trace.role == protocol::TraceRole::Adds || trace.role == protocol::TraceRole::Reads;
  if (state.picking == Picking::State && shown) {
    state.picking = Picking::Nothing;
    exchange_state(context, index, exchanged_parts(context, shown));
  } else if (state.picking == Picking::Content && shown && written && trace.rows == shown.view->width) {
    state.picking = Picking::Nothing;
    const auto content = row_of(trace.values, pointing.clicked, trace.rows);
    overwrite_slot(context, state.kept.chosen_slot, {content.begin(), content.end()});
  } else if (context.stage.first <= context.stage.last) {
    send(context, protocol::Seek{std::clamp(index, context.stage.first, context.stage.last)});
  }
}

void draw_pictures(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  const auto pointing = draw_memory_pictures(context, shown, area);
  if (pointing.hovered >= 0) {
    context.view.transient.hovered_moment_next = shown.episode->first + pointing.hovered;
  }
  if (pointing.clicked >= 0) act_on_moment(context, shown, pointing);
}

GridColumn pictures_column(const PanelContext& context, const ShownMemory& shown, bool nothing) {
  auto& look = context.view.of<MemoryState>();
  const Divider right{"splitter.memory.matrix", &look.matrix_fraction, MemoryState::kMatrixFraction};
  if (nothing) {
    return {.least_width = kMemoryPicturesWidth,
            .panels = {{{.title = "Episode",
                         .least = kMemoryPicturesHeight,
                         .draw = [&](const Rect& area) { draw_no_memory(context, area); }}}},
            .size = 1,
            .right = right};
  }
  const bool rollout =
      context.stage.counterfactual_rollout || context.pending.waiting_for<protocol::PlayCounterfactual>();
  return {.least_width = kMemoryPicturesWidth,
          .panels = {{{.title = "Episode",
                       .least = kMemoryPicturesHeight,
                       .comfort = kMemoryPicturesComfort,
                       .draw = [&](const Rect& area) { draw_pictures(context, shown, area); },
                       .below = {"splitter.memory.counterfactual", &look.counterfactual_fraction,
                                 MemoryState::kCounterfactualFraction}},
                      {.title = "Counterfactual rollout",
                       .least = kCounterfactualHeight,
                       .draw = [&](const Rect& area) { draw_counterfactual(context, area); }}}},
          .size = rollout ? 2U : 1U,
          .right = right};
}

void act_on_slot(const PanelContext& context, const ShownMemory& shown, int slot) {
  auto& state = context.view.of<MemoryState>();
  auto& chosen = state.kept.chosen_slot;
  if (state.picking == Picking::Content && slot != chosen && sound_matrix(*shown.actual)) {
    state.picking = Picking::Nothing;
    const auto content = row_of(shown.actual->before, slot, shown.actual->width);
    overwrite_slot(context, chosen, {content.begin(), content.end()});
  } else {
    chosen = chosen == slot ? -1 : slot;
  }
}

void draw_matrix(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  if (const int slot = draw_memory_matrix(context, shown, area); slot >= 0) act_on_slot(context, shown, slot);
}

GridColumn matrix_and_intervention(const PanelContext& context, const ShownMemory& shown) {
  auto& look = context.view.of<MemoryState>();
  return {.least_width = kMemoryMatrixWidth,
          .panels = {{{.title = "Memory now",
                       .least = kMemoryMatrixHeight,
                       .draw = [&](const Rect& area) { draw_matrix(context, shown, area); },
                       .below = {"splitter.memory.intervention", &look.intervention_fraction,
                                 MemoryState::kInterventionFraction}},
                      {.title = "Intervention",
                       .least = kInterventionHeight,
                       .draw = [&](const Rect& area) { draw_memory_intervention(context, shown, area); }}}},
          .size = 2};
}

void draw_memory_workspace(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  begin_recall(context);
  auto& picking = context.view.of<MemoryState>().picking;
  if (context.view.transient.dialog == Dialog::None && key_pressed(Key::Escape, false)) picking = Picking::Nothing;
  const auto shown = shown_memory(context);
  const bool nothing = without_memory(context, shown);
  const std::array columns{stage_and_chain(context, shown, nothing), pictures_column(context, shown, nothing),
                           matrix_and_intervention(context, shown)};
  draw_panel_grid(context, area, {columns.data(), nothing ? 2U : 3U});
  end_recall(context);
}

protocol::Needs memory_needs(const ViewState&) {
  using protocol::Part;
  return Part::Stage | Part::ActionValues | Part::Memory;
}

void begin_memory_frame(ViewState& view) {
  auto& kept = view.of<MemoryState>().kept;
  kept.hovered_slot = std::exchange(kept.hovered_slot_next, -1);
}

void report_memory(const PanelContext& context, Report& report) {
  const auto& stage = context.stage;
  report.add("recalled", stage.recalled.size());
  report.add("counterfactual", stage.counterfactual && !stage.counterfactual->basis.memory.empty());
  if (stage.memory != nullptr) {
    report.add("kind", stage.memory->kind);
    report.add("slots", stage.memory->slots);
  }
  if (stage.memory_episode != nullptr) {
    report.add("columns", stage.memory_episode->columns);
    report.add("first", stage.memory_episode->first);
  }
  if (stage.counterfactual) {
    const auto& change = stage.counterfactual->basis.memory;
    report.add("frozen", change.freeze_writes);
    report.add("silenced", change.silenced);
    report.add("slots_changed", change.slots.size());
    report.add("heads_set", change.heads.size());
    report.add("exchange", change.exchange ? change.exchange->index : -1);
  }
  if (const auto& rollout = stage.counterfactual_rollout) {
    report.add("rollout.running", rollout->running);
    report.add("rollout.diverged_at", rollout->diverged_at);
    report.add("rollout.factual", rollout->untouched.total);
    report.add("rollout.counterfactual", rollout->changed.total);
  }
}

/// One of the panels without the others.
template <class Draw>
void draw_memory_alone(const PanelContext& context, const Rect& area, const Draw& draw) {
  keep_in_step(context);
  draw(context, shown_memory(context), area);
}

void draw_pictures_alone(const PanelContext& context, const Rect& area) {
  draw_memory_alone(context, area, draw_pictures);
}

void draw_matrix_alone(const PanelContext& context, const Rect& area) {
  begin_recall(context);
  draw_memory_alone(context, area, draw_matrix);
  end_recall(context);
}

constexpr std::array kMemoryPanels{PanelRow{{"Stage"}, draw_stage},
                                   PanelRow{{"Action values"}, draw_memory_values},
                                   PanelRow{{"Addressing", "Gates now", "Weights now"},
                                            [](const PanelContext& context, const Rect& area) {
                                              draw_memory_alone(context, area, draw_memory_chain);
                                            }},
                                   PanelRow{{"Episode"}, draw_pictures_alone},
                                   PanelRow{{"Counterfactual rollout"}, draw_counterfactual},
                                   PanelRow{{"Memory now", "Units now", "Kept steps"}, draw_matrix_alone},
                                   PanelRow{{"Intervention"}, [](const PanelContext& context, const Rect& area) {
                                              draw_memory_alone(context, area, draw_memory_intervention);
                                            }}};

constexpr std::array kMemoryRows{
    setting::share<&MemoryState::left_fraction>("splitter.left"),
    setting::share<&MemoryState::matrix_fraction>("splitter.matrix"),
    setting::share<&MemoryState::stage_fraction>("splitter.stage"),
    setting::share<&MemoryState::values_fraction>("splitter.values"),
    setting::formerly(setting::share<&MemoryState::counterfactual_fraction>("splitter.counterfactual"),
                      "memory.splitter.beside"),
    setting::formerly(setting::share<&MemoryState::intervention_fraction>("splitter.intervention"),
                      "memory.splitter.wishes")};

}  // namespace

constinit const Workspace kMemoryWorkspace{.id = "memory",
                                           .title = "Memory",
                                           .help = "What the network keeps, and what follows from it",
                                           .key = Key::Digit3,
                                           .key_name = "Ctrl 3",
                                           .needs = memory_needs,
                                           .draw = draw_memory_workspace,
                                           .settings = kMemoryRows,
                                           .panels = kMemoryPanels,
                                           .begin_frame = begin_memory_frame,
                                           .report = report_memory};

}  // namespace qarium::widgets
