#include "widgets/attention/attention_workspace.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "widgets/attention/attention_curves.hpp"
#include "widgets/attention/attention_panels.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/parts/stages.hpp"
#include "widgets/workspace_scope.hpp"

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
constexpr float kAttentionComfort = 720;

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

/// Beside frame and heads: the alignment where words are aligned, else which token asks which.
void draw_third(const PanelContext& context, const ShownAttention& shown, const Rect& area) {
  if (shown_alignment(context) != nullptr) {
    draw_alignment(context, area);
  } else {
    draw_attention_matrix(context, shown, area);
  }
}

void draw_columns(const PanelContext& context, const ShownAttention& shown, const Rect& area, bool matrix) {
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
  draw_third(context, shown, right);
}

void draw_below(const PanelContext& context, const ShownAttention& shown, Rect area) {
  const float half = (area.height() - context.px(kAttentionGap)) / 2;
  draw_frame_column(context, shown, area.cut_top(half, context.px(kAttentionGap)));
  draw_heads_column(context, shown, area);
}

void draw_attention_workspace(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  const auto shown = shown_attention(context);
  const bool matrix = shown_alignment(context) != nullptr || (shown.matrix && context.view.of<AttentionState>().matrix);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kAttentionLeastHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kAttentionThreeColumns ? 3 : width + 1 >= kAttentionTwoColumns ? 2 : 1;
  const bool below = matrix && columns < 3;
  float wanted = columns == 1 ? 2 * height + kAttentionGap : below ? height : kAttentionLeastHeight;
  if (below) wanted += kAttentionGap + kMatrixBelow;
  const WorkspaceScope scope(context, area, wanted, wanted - kAttentionLeastHeight + kAttentionComfort);
  Rect inside = scope.inside();
  if (below) draw_third(context, shown, inside.cut_bottom(context.px(kMatrixBelow), context.px(kAttentionGap)));
  if (columns == 1) {
    draw_below(context, shown, inside);
  } else {
    draw_columns(context, shown, inside, matrix && !below);
  }
}

protocol::Needs attention_needs(const ViewState& view) {
  using protocol::Part;
  const auto needs = Part::Stage | Part::ActionValues | Part::Attention | Part::AttentionCurves;
  return view.of<AttentionState>().matrix ? needs | Part::AttentionMatrix : needs;
}

void begin_attention_frame(ViewState& view) {
  auto& state = view.of<AttentionState>();
  state.hovered = std::exchange(state.hovered_next, {});
  state.hovered_query = std::exchange(state.hovered_query_next, -1);
}

void forget_attention(const protocol::Acknowledgement& acknowledgement, Models& models) {
  if (begins_again(acknowledgement)) models.of<AttentionCurves>().clear();
}

void report_counterfactual(const protocol::AttentionChange& change, Report& report) {
  report.add("uniform", change.uniform);
  report.add("silenced", change.silenced);
  report.add("painted", change.painted);
}

void report_faithfulness(const protocol::Faithfulness& faithfulness, Report& report) {
  report.add("faithfulness.running", faithfulness.running);
  report.add("faithfulness.progress", faithfulness.progress);
  report.add("faithfulness.episodes", faithfulness.episodes);
  report.add("faithfulness.states", faithfulness.states);
  report.add("faithfulness.skipped", faithfulness.skipped);
  report.add("faithfulness.deletion_gain", faithfulness.deletion.gain);
  report.add("faithfulness.insertion_gain", faithfulness.insertion.gain);
}

void report_attention(const PanelContext& context, Report& report) {
  const auto& stage = context.stage;
  const auto& state = context.view.of<AttentionState>();
  const auto& curves = context.models.of<AttentionCurves>();
  report.add("head", state.head);
  report.add("opacity", state.opacity);
  report.add("smooth", state.smooth);
  report.add("pinned_token", state.pinned_token);
  report.add("curve_heads", curves.heads());
  report.add("curve_last_step", curves.last_x());
  report.add("counterfactual", stage.counterfactual.has_value());
  if (stage.attention) {
    report.add("heads", stage.attention->heads);
    report.add("queries", stage.attention->queries);
    report.add("tokens", stage.attention->tokens());
    report.add("matrix", stage.attention->has_matrix());
  }
  report.add("alignment", stage.alignment ? stage.alignment->rows : 0);
  if (stage.counterfactual) report_counterfactual(stage.counterfactual->basis.attention, report);
  if (stage.faithfulness != nullptr) report_faithfulness(*stage.faithfulness, report);
}

/// One of the panels without the others.
template <void (*Draw)(const PanelContext&, const ShownAttention&, const Rect&)>
void draw_alone(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  Draw(context, shown_attention(context), area);
}

constexpr std::array kAttentionPanels{PanelRow{{"Attention"}, draw_alone<draw_attention_frame>},
                                      PanelRow{{"Action values"}, draw_alone<draw_attention_values>},
                                      PanelRow{{"Heads"}, draw_alone<draw_heads>},
                                      PanelRow{{"Faithfulness"}, draw_alone<draw_faithfulness>},
                                      PanelRow{{"Token × token"}, draw_alone<draw_attention_matrix>},
                                      PanelRow{{"Alignment"}, draw_alignment}};

constexpr std::array<std::string_view, 2> kHeads{"maximum", "mean"};
constexpr std::array<std::string_view, 2> kMaps{"magma", "viridis"};
constexpr std::array kAttentionRows{
    setting::number<&AttentionState::head>("head", kMaximumHead, protocol::AttentionPoint::kMostHeads - 1, kHeads),
    setting::flag<&AttentionState::smooth>("smooth"),
    setting::flag<&AttentionState::contours>("contours"),
    setting::number<&AttentionState::opacity>("opacity", 0, 1),
    setting::flag<&AttentionState::matrix>("matrix"),
    setting::choice<&AttentionState::colors>("colors", kMaps),
    setting::number<&AttentionState::pinned>("pinned", 0, 1),
    setting::share<&AttentionState::left_fraction>("splitter.left"),
    setting::share<&AttentionState::matrix_fraction>("splitter.matrix"),
    setting::share<&AttentionState::frame_fraction>("splitter.frame"),
    setting::share<&AttentionState::heads_fraction>("splitter.heads")};
static_assert(kMaximumHead + 1 == kMeanHead && kMeanHead == -1);

}  // namespace

constinit const Workspace kAttentionWorkspace{.id = "attention",
                                              .title = "Attention",
                                              .help = "Where the network looks",
                                              .key = Key::Digit2,
                                              .key_name = "Ctrl 2",
                                              .needs = attention_needs,
                                              .draw = draw_attention_workspace,
                                              .settings = kAttentionRows,
                                              .panels = kAttentionPanels,
                                              .begin_frame = begin_attention_frame,
                                              .accepted = forget_attention,
                                              .report = report_attention};

}  // namespace qarium::widgets
