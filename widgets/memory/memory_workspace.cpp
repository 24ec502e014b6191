#include <algorithm>

#include "widgets/learn/learn_panels.hpp"
#include "widgets/memory/memory_change.hpp"
#include "widgets/memory/memory_panels.hpp"
#include "widgets/memory/recall.hpp"
#include "widgets/parts/imgui_compat.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/parts/stages.hpp"
#include "widgets/supposition.hpp"
#include "widgets/workspace.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kLeftWidth = 268;
constexpr float kPicturesWidth = 460;
constexpr float kMatrixWidth = 282;
constexpr float kStageHeight = 120;
constexpr float kValuesHeight = 120;
constexpr float kChainHeight = 248;
constexpr float kPicturesHeight = 250;
constexpr float kBesideHeight = 150;
constexpr float kMatrixHeight = 220;
constexpr float kWishesHeight = 198;
constexpr float kGap = 8;
constexpr float kThreeColumns = kLeftWidth + kPicturesWidth + kMatrixWidth + 2 * kGap;
constexpr float kTwoColumns = kLeftWidth + kPicturesWidth + kGap;
constexpr float kLeastHeight = kStageHeight + kValuesHeight + kChainHeight + 2 * kGap;
constexpr float kRightBelow = 480;

/// Certain that there is none: not while its first step is on the way.
bool without_memory(const PanelContext& context, const ShownMemory& shown) {
  const auto* block = find_block(context.trainer, core::Stage::Memory);
  const auto kind = block != nullptr ? std::string_view(block->kind)
                                     : configured_kind(context.trainer.hyperparameters, core::Stage::Memory);
  return !shown && kind == "none";
}

void draw_left(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.memory;
  if (without_memory(context, shown)) {
    const auto [stage, values] = split_rows(context, area,
                                            {"splitter.memory.stage", &look.stage_fraction, MemoryLook::kStageFraction,
                                             context.px(kStageHeight), context.px(kValuesHeight)});
    draw_stage(context, stage);
    draw_memory_values(context, values);
    return;
  }
  const auto [stage, below] = split_rows(context, area,
                                         {"splitter.memory.stage", &look.stage_fraction, MemoryLook::kStageFraction,
                                          context.px(kStageHeight), context.px(kValuesHeight + kChainHeight + kGap)});
  const auto [values, chain] = split_rows(context, below,
                                          {"splitter.memory.values", &look.values_fraction, MemoryLook::kValuesFraction,
                                           context.px(kValuesHeight), context.px(kChainHeight)});
  draw_stage(context, stage);
  draw_memory_values(context, values);
  draw_memory_chain(context, shown, chain);
}

/// What a moment clicked in the pictures is for: to be looked at, or what is being picked.
void act_on_moment(const PanelContext& context, const ShownMemory& shown, const TimePointing& pointing) {
  auto& state = context.view.transient.memory;
  const auto& episode = *shown.episode;
  const auto index = episode.first + pointing.clicked;
  const auto& trace = episode.traces[pointing.trace];
  const bool written = trace.role == core::TraceRole::Adds || trace.role == core::TraceRole::Reads;
  if (state.picking == Picking::State && shown) {
    state.picking = Picking::Nothing;
    exchange_state(context, index, exchanged_parts(context, shown));
  } else if (state.picking == Picking::Content && shown && written && trace.rows == shown.view->width) {
    state.picking = Picking::Nothing;
    const auto content = row_of(trace.values, pointing.clicked, trace.rows);
    overwrite_slot(context, state.kept.chosen_slot, {content.begin(), content.end()});
  } else if (context.stage.first <= context.stage.last) {
    send(context, core::Seek{std::clamp(index, context.stage.first, context.stage.last)});
  }
}

void draw_middle(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  if (without_memory(context, shown)) {
    draw_no_memory(context, area);
    return;
  }
  auto& look = context.view.memory;
  Rect pictures = area;
  if (context.stage.beside || context.pending.waiting_for<core::PlayBeside>()) {
    const auto [upper, lower] =
        split_rows(context, area,
                   {"splitter.memory.beside", &look.beside_fraction, MemoryLook::kBesideFraction,
                    context.px(kPicturesHeight), context.px(kBesideHeight)});
    pictures = upper;
    draw_beside(context, lower);
  }
  const auto pointing = draw_memory_pictures(context, shown, pictures);
  if (pointing.hovered >= 0) {
    context.view.transient.hovered_moment_next = shown.episode->first + pointing.hovered;
  }
  if (pointing.clicked >= 0) act_on_moment(context, shown, pointing);
}

void act_on_slot(const PanelContext& context, const ShownMemory& shown, int slot) {
  auto& state = context.view.transient.memory;
  auto& chosen = state.kept.chosen_slot;
  if (state.picking == Picking::Content && slot != chosen && sound_matrix(*shown.actual)) {
    state.picking = Picking::Nothing;
    const auto content = row_of(shown.actual->before, slot, shown.actual->width);
    overwrite_slot(context, chosen, {content.begin(), content.end()});
  } else {
    chosen = chosen == slot ? -1 : slot;
  }
}

void draw_right(const PanelContext& context, const ShownMemory& shown, const Rect& area) {
  auto& look = context.view.memory;
  const auto [matrix, wishes] =
      split_rows(context, area,
                 {"splitter.memory.wishes", &look.wishes_fraction, MemoryLook::kWishesFraction,
                  context.px(kMatrixHeight), context.px(kWishesHeight)});
  const int slot = draw_memory_matrix(context, shown, matrix);
  draw_memory_wishes(context, shown, wishes);
  if (slot >= 0) act_on_slot(context, shown, slot);
}

void draw_columns(const PanelContext& context, const ShownMemory& shown, const Rect& area, bool right) {
  auto& look = context.view.memory;
  const float others = right ? kPicturesWidth + kGap + kMatrixWidth : kPicturesWidth;
  const auto [left, rest] = split_columns(context, area,
                                          {"splitter.memory.left", &look.left_fraction, MemoryLook::kLeftFraction,
                                           context.px(kLeftWidth), context.px(others)});
  draw_left(context, shown, left);
  if (!right) {
    draw_middle(context, shown, rest);
    return;
  }
  const auto [middle, last] =
      split_columns(context, rest,
                    {"splitter.memory.matrix", &look.matrix_fraction, MemoryLook::kMatrixFraction,
                     context.px(kPicturesWidth), context.px(kMatrixWidth)});
  draw_middle(context, shown, middle);
  draw_right(context, shown, last);
}

}  // namespace

void draw_memory_workspace(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  begin_recall(context);
  auto& picking = context.view.transient.memory.picking;
  if (context.view.transient.dialog == Dialog::None && key_pressed(Key::Escape, false)) picking = Picking::Nothing;
  const auto shown = shown_memory(context);
  const bool nothing = without_memory(context, shown);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kThreeColumns ? 3 : width + 1 >= kTwoColumns ? 2 : 1;
  const float right = columns == 3 || nothing ? 0 : kRightBelow + kGap;
  const WorkspaceScope scope(context, area, (columns == 1 ? 2 * height + kGap : height) + right);
  Rect inside = scope.inside();
  if (right > 0) draw_right(context, shown, inside.cut_bottom(context.px(kRightBelow), context.px(kGap)));
  if (columns == 1) {
    draw_left(context, shown, inside.cut_top((inside.height() - context.px(kGap)) / 2, context.px(kGap)));
    draw_middle(context, shown, inside);
  } else {
    draw_columns(context, shown, inside, columns == 3 && !nothing);
  }
  end_recall(context);
}

}  // namespace qarium::widgets
