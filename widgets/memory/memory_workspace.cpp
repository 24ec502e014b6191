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
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/parts/stage_panel.hpp"
#include "widgets/parts/stages.hpp"
#include "widgets/workspace_scope.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kMemoryLeftWidth = 268;
constexpr float kMemoryPicturesWidth = 460;
constexpr float kMemoryMatrixWidth = 282;
constexpr float kMemoryStageHeight = 120;
constexpr float kMemoryValuesHeight = 120;
constexpr float kMemoryChainHeight = 248;
constexpr float kMemoryPicturesHeight = 250;
constexpr float kCounterfactualHeight = 150;
constexpr float kMemoryMatrixHeight = 220;
constexpr float kInterventionHeight = 198;
constexpr float kMemoryGap = 8;
constexpr float kMemoryThreeColumns = kMemoryLeftWidth + kMemoryPicturesWidth + kMemoryMatrixWidth + 2 * kMemoryGap;
constexpr float kMemoryTwoColumns = kMemoryLeftWidth + kMemoryPicturesWidth + kMemoryGap;
constexpr float kMemoryLeastHeight = kMemoryStageHeight + kMemoryValuesHeight + kMemoryChainHeight + 2 * kMemoryGap;
constexpr float kMemoryRightBelow = 480;

/// Certain that there is none: not while its first step is on the way.
bool without_memory(const PanelContext& context, const ShownMemory& shown) {
  const auto* block = find_block(context.trainer, core::Stage::Memory);
  const auto kind = block != nullptr ? std::string_view(block->kind)
                                     : configured_kind(context.trainer.hyperparameters, core::Stage::Memory);
  return !shown && kind == "none";
}

void draw_memory_left(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.of<MemoryState>();
  if (without_memory(context, shown)) {
    const auto [stage, values] = split_rows(context, area,
                                            {"splitter.memory.stage", &look.stage_fraction, MemoryState::kStageFraction,
                                             context.px(kMemoryStageHeight), context.px(kMemoryValuesHeight)});
    draw_stage(context, stage);
    draw_memory_values(context, values);
    return;
  }
  const auto [stage, below] =
      split_rows(context, area,
                 {"splitter.memory.stage", &look.stage_fraction, MemoryState::kStageFraction,
                  context.px(kMemoryStageHeight), context.px(kMemoryValuesHeight + kMemoryChainHeight + kMemoryGap)});
  const auto [values, chain] =
      split_rows(context, below,
                 {"splitter.memory.values", &look.values_fraction, MemoryState::kValuesFraction,
                  context.px(kMemoryValuesHeight), context.px(kMemoryChainHeight)});
  draw_stage(context, stage);
  draw_memory_values(context, values);
  draw_memory_chain(context, shown, chain);
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

void act_on_slot(const PanelContext& context, const ShownMemory& shown, int slot);

void draw_memory_middle(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  if (without_memory(context, shown)) {
    draw_no_memory(context, area);
    return;
  }
  auto& look = context.view.of<MemoryState>();
  Rect pictures = area;
  if (context.stage.counterfactual_rollout || context.pending.waiting_for<protocol::PlayCounterfactual>()) {
    const auto [upper, lower] = split_rows(
        context, area,
        {"splitter.memory.counterfactual", &look.counterfactual_fraction, MemoryState::kCounterfactualFraction,
         context.px(kMemoryPicturesHeight), context.px(kCounterfactualHeight)});
    pictures = upper;
    draw_counterfactual(context, lower);
  }
  const auto pointing = draw_memory_pictures(context, shown, pictures);
  if (pointing.hovered >= 0) {
    context.view.transient.hovered_moment_next = shown.episode->first + pointing.hovered;
  }
  if (pointing.clicked >= 0) act_on_moment(context, shown, pointing);
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

void draw_memory_right(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.of<MemoryState>();
  const auto [matrix, interventions] =
      split_rows(context, area,
                 {"splitter.memory.intervention", &look.intervention_fraction, MemoryState::kInterventionFraction,
                  context.px(kMemoryMatrixHeight), context.px(kInterventionHeight)});
  const int slot = draw_memory_matrix(context, shown, matrix);
  draw_memory_intervention(context, shown, interventions);
  if (slot >= 0) act_on_slot(context, shown, slot);
}

void draw_memory_columns(const PanelContext& context, const ShownMemory& shown, const Rect& area, bool right) {
  auto& look = context.view.of<MemoryState>();
  const float others = right ? kMemoryPicturesWidth + kMemoryGap + kMemoryMatrixWidth : kMemoryPicturesWidth;
  const auto [left, rest] = split_columns(context, area,
                                          {"splitter.memory.left", &look.left_fraction, MemoryState::kLeftFraction,
                                           context.px(kMemoryLeftWidth), context.px(others)});
  draw_memory_left(context, shown, left);
  if (!right) {
    draw_memory_middle(context, shown, rest);
    return;
  }
  const auto [middle, last] =
      split_columns(context, rest,
                    {"splitter.memory.matrix", &look.matrix_fraction, MemoryState::kMatrixFraction,
                     context.px(kMemoryPicturesWidth), context.px(kMemoryMatrixWidth)});
  draw_memory_middle(context, shown, middle);
  draw_memory_right(context, shown, last);
}

void draw_memory_workspace(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  begin_recall(context);
  auto& picking = context.view.of<MemoryState>().picking;
  if (context.view.transient.dialog == Dialog::None && key_pressed(Key::Escape, false)) picking = Picking::Nothing;
  const auto shown = shown_memory(context);
  const bool nothing = without_memory(context, shown);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kMemoryLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kMemoryThreeColumns ? 3 : width + 1 >= kMemoryTwoColumns ? 2 : 1;
  const float right = columns == 3 || nothing ? 0 : kMemoryRightBelow + kMemoryGap;
  const WorkspaceScope scope(context, area, (columns == 1 ? 2 * height + kMemoryGap : height) + right);
  Rect inside = scope.inside();
  if (right > 0)
    draw_memory_right(context, shown, inside.cut_bottom(context.px(kMemoryRightBelow), context.px(kMemoryGap)));
  if (columns == 1) {
    draw_memory_left(context, shown,
                     inside.cut_top((inside.height() - context.px(kMemoryGap)) / 2, context.px(kMemoryGap)));
    draw_memory_middle(context, shown, inside);
  } else {
    draw_memory_columns(context, shown, inside, columns == 3 && !nothing);
  }
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
  draw_memory_alone(context, area, [](const auto& with, const ShownMemory& shown, const Rect& place) {
    const auto pointing = draw_memory_pictures(with, shown, place);
    if (pointing.hovered >= 0) with.view.transient.hovered_moment_next = shown.episode->first + pointing.hovered;
    if (pointing.clicked >= 0) act_on_moment(with, shown, pointing);
  });
}

void draw_matrix_alone(const PanelContext& context, const Rect& area) {
  begin_recall(context);
  draw_memory_alone(context, area, [](const auto& with, const ShownMemory& shown, const Rect& place) {
    if (const int slot = draw_memory_matrix(with, shown, place); slot >= 0) act_on_slot(with, shown, slot);
  });
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
