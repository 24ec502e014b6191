#include <algorithm>

#include "widgets/attention/attention_panels.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/parts/stages.hpp"
#include "widgets/workspace.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kFrameWidth = 330;
constexpr float kHeadsWidth = 392;
constexpr float kAttentionMatrixWidth = 270;
constexpr float kFrameHeight = 240;
constexpr float kAttentionValuesHeight = 196;
constexpr float kHeadsHeight = 230;
constexpr float kFaithfulnessHeight = 190;
constexpr float kAttentionGap = 8;
constexpr float kAttentionThreeColumns = kFrameWidth + kHeadsWidth + kAttentionMatrixWidth + 2 * kAttentionGap;
constexpr float kAttentionTwoColumns = kFrameWidth + kHeadsWidth + kAttentionGap;
constexpr float kAttentionLeastHeight = kFrameHeight + kAttentionValuesHeight + kAttentionGap;
constexpr float kMatrixBelow = 420;

void draw_frame_column(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  auto& look = context.view.of<AttentionState>();
  const auto [frame, values] = split_rows(context, area,
                                          {"splitter.frame", &look.frame_fraction, AttentionState::kFrameFraction,
                                           context.px(kFrameHeight), context.px(kAttentionValuesHeight)});
  draw_attention_frame(context, shown, frame);
  draw_attention_values(context, shown, values);
}

/// Certain that there is none: not while its first map is on the way.
bool without_attention(const PanelContext& context, const ShownAttention& shown) {
  const auto* block = find_block(context.trainer, core::Stage::Attention);
  const auto kind = block != nullptr ? std::string_view(block->kind)
                                     : configured_kind(context.trainer.hyperparameters, core::Stage::Attention);
  return !shown && kind == "none";
}

void draw_heads_column(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  if (without_attention(context, shown)) {
    draw_no_attention(context, area);
    return;
  }
  auto& look = context.view.of<AttentionState>();
  const auto [heads, faithfulness] = split_rows(context, area,
                                                {"splitter.heads", &look.heads_fraction, AttentionState::kHeadsFraction,
                                                 context.px(kHeadsHeight), context.px(kFaithfulnessHeight)});
  draw_heads(context, shown, heads);
  draw_faithfulness(context, shown, faithfulness);
}

void draw_counterfactual(const PanelContext& context, const ShownAttention& shown, const Rect& area, bool matrix) {
  auto& look = context.view.of<AttentionState>();
  const float others = matrix ? kHeadsWidth + kAttentionGap + kAttentionMatrixWidth : kHeadsWidth;
  const auto [left, rest] = split_columns(context, area,
                                          {"splitter.attention", &look.left_fraction, AttentionState::kLeftFraction,
                                           context.px(kFrameWidth), context.px(others)});
  draw_frame_column(context, shown, left);
  if (!matrix) {
    draw_heads_column(context, shown, rest);
    return;
  }
  const auto [middle, right] = split_columns(context, rest,
                                             {"splitter.matrix", &look.matrix_fraction, AttentionState::kMatrixFraction,
                                              context.px(kHeadsWidth), context.px(kAttentionMatrixWidth)});
  draw_heads_column(context, shown, middle);
  draw_attention_matrix(context, shown, right);
}

void draw_below(const PanelContext& context, const ShownAttention& shown, Rect area) {
  const float half = (area.height() - context.px(kAttentionGap)) / 2;
  draw_frame_column(context, shown, area.cut_top(half, context.px(kAttentionGap)));
  draw_heads_column(context, shown, area);
}

}  // namespace

void draw_attention_workspace(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  const auto shown = shown_attention(context);
  const bool matrix = shown.matrix && context.view.of<AttentionState>().matrix;
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kAttentionLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kAttentionThreeColumns ? 3 : width + 1 >= kAttentionTwoColumns ? 2 : 1;
  const bool below = matrix && columns < 3;
  float wanted = columns == 1 ? 2 * height + kAttentionGap : below ? height : kAttentionLeastHeight;
  if (below) wanted += kAttentionGap + kMatrixBelow;
  const WorkspaceScope scope(context, area, wanted);
  Rect inside = scope.inside();
  if (below)
    draw_attention_matrix(context, shown, inside.cut_bottom(context.px(kMatrixBelow), context.px(kAttentionGap)));
  if (columns == 1) {
    draw_below(context, shown, inside);
  } else {
    draw_counterfactual(context, shown, inside, matrix && !below);
  }
}

}  // namespace qarium::widgets
