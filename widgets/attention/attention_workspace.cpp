#include "widgets/attention/attention_workspace.hpp"

#include <array>
#include <utility>

#include "widgets/attention/attention_curves.hpp"
#include "widgets/attention/attention_panels.hpp"
#include "widgets/intervention/intervention.hpp"
#include "widgets/panel_grid.hpp"
#include "widgets/parts/stages.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kFrameWidth = 350;
constexpr float kHeadsWidth = 392;
constexpr float kAttentionMatrixWidth = 270;
constexpr float kFrameHeight = 240;
constexpr float kFrameComfort = 380;
constexpr float kAttentionValuesHeight = 196;
constexpr float kHeadsHeight = 230;
constexpr float kHeadsComfort = 420;
constexpr float kFaithfulnessHeight = 190;
constexpr float kAttentionMatrixHeight = 420;

/// Certain that there is none: not while its first map is on the way.
bool without_attention(const PanelContext& context, const ShownAttention& shown) {
  const auto* block = find_block(context.trainer, core::Stage::Attention);
  const auto kind = block != nullptr ? std::string_view(block->kind)
                                     : configured_kind(context.trainer.hyperparameters, core::Stage::Attention);
  return !shown && kind == "none";
}

GridColumn frame_column(const PanelContext& context, const ShownAttention& shown) {
  auto& look = context.view.of<AttentionState>();
  return {.least_width = kFrameWidth,
          .panels = {{{.title = "Attention",
                       .least = kFrameHeight,
                       .comfort = kFrameComfort,
                       .draw = [&](const Rect& area) { draw_attention_frame(context, shown, area); },
                       .below = {"splitter.frame", &look.frame_fraction, AttentionState::kFrameFraction}},
                      {.title = "Action values",
                       .least = kAttentionValuesHeight,
                       .draw = [&](const Rect& area) { draw_attention_values(context, shown, area); }}}},
          .size = 2,
          .right = {"splitter.attention", &look.left_fraction, AttentionState::kLeftFraction}};
}

GridColumn heads_column(const PanelContext& context, const ShownAttention& shown) {
  auto& look = context.view.of<AttentionState>();
  const Divider right{"splitter.matrix", &look.matrix_fraction, AttentionState::kMatrixFraction};
  if (without_attention(context, shown)) {
    return {.least_width = kHeadsWidth,
            .panels = {{{.title = "Heads",
                         .least = kHeadsHeight,
                         .draw = [&](const Rect& area) { draw_no_attention(context, area); }}}},
            .size = 1,
            .right = right};
  }
  return {.least_width = kHeadsWidth,
          .panels = {{{.title = "Heads",
                       .least = kHeadsHeight,
                       .comfort = kHeadsComfort,
                       .draw = [&](const Rect& area) { draw_heads(context, shown, area); },
                       .below = {"splitter.heads", &look.heads_fraction, AttentionState::kHeadsFraction}},
                      {.title = "Faithfulness",
                       .least = kFaithfulnessHeight,
                       .draw = [&](const Rect& area) { draw_faithfulness(context, shown, area); }}}},
          .size = 2,
          .right = right};
}

/// Beside frame and heads: the alignment where words are aligned, else which token asks which.
GridColumn tokens_column(const PanelContext& context, const ShownAttention& shown) {
  const bool aligned = shown_alignment(context) != nullptr;
  return {.least_width = kAttentionMatrixWidth,
          .panels = {{{.title = aligned ? "Alignment" : "Token × token",
                       .least = kAttentionMatrixHeight,
                       .draw =
                           [&context, &shown, aligned](const Rect& area) {
                             if (aligned) {
                               draw_alignment(context, area);
                             } else {
                               draw_attention_matrix(context, shown, area);
                             }
                           }}}},
          .size = 1};
}

void draw_attention_workspace(const PanelContext& context, const Rect& area) {
  keep_in_step(context);
  const auto shown = shown_attention(context);
  const bool tokens = shown_alignment(context) != nullptr || (shown.matrix && context.view.of<AttentionState>().matrix);
  const std::array columns{frame_column(context, shown), heads_column(context, shown), tokens_column(context, shown)};
  draw_panel_grid(context, area, {columns.data(), tokens ? 3U : 2U});
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
