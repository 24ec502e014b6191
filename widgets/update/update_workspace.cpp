#include "widgets/update/update_workspace.hpp"

#include <algorithm>
#include <array>

#include "widgets/actions.hpp"
#include "widgets/parts/splitter.hpp"
#include "widgets/update/shown_update.hpp"
#include "widgets/update/update_panels.hpp"
#include "widgets/update/update_state.hpp"
#include "widgets/workspace_scope.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kTransitionWidth = 300;
constexpr float kUpdateValuesWidth = 420;
constexpr float kLossWidth = 320;
constexpr float kUpdateHeight = 360;
constexpr float kUpdateGap = 8;
constexpr float kUpdateThreeColumns = kTransitionWidth + kUpdateValuesWidth + kLossWidth + 2 * kUpdateGap;
constexpr float kUpdateTwoColumns = kTransitionWidth + kUpdateValuesWidth + kUpdateGap;
constexpr float kLossBelow = 400;
constexpr float kUpdateComfort = 480;

void draw_update_columns(const PanelContext& context, const Rect& area, bool right) {
  auto& state = context.view.of<UpdateState>();
  const float others = right ? kUpdateValuesWidth + kUpdateGap + kLossWidth : kUpdateValuesWidth;
  const auto [left, rest] = split_columns(context, area,
                                          {"splitter.update.left", &state.left_fraction, UpdateState::kLeftFraction,
                                           context.px(kTransitionWidth), context.px(others)});
  draw_transition(context, left);
  if (!right) {
    draw_update_values(context, rest);
    return;
  }
  const auto [middle, last] =
      split_columns(context, rest,
                    {"splitter.update.right", &state.right_fraction, UpdateState::kRightFraction,
                     context.px(kUpdateValuesWidth), context.px(kLossWidth)});
  draw_update_values(context, middle);
  draw_loss_panel(context, last);
}

void draw_update_workspace(const PanelContext& context, const Rect& area) {
  auto& transient = context.view.transient;
  const bool free = transient.dialog == Dialog::None && !ImGui::GetIO().WantTextInput;
  if (free && key_pressed(Key::Escape, false)) leave_update(context);
  const float width = area.width() / context.scale;
  const float height = std::max(area.height() / context.scale, kUpdateHeight);
  // 1 pixel of grace: sizes are rounded.
  const int columns = width + 1 >= kUpdateThreeColumns ? 3 : width + 1 >= kUpdateTwoColumns ? 2 : 1;
  float wanted = kUpdateHeight;
  if (columns == 2) wanted = height + kUpdateGap + kLossBelow;
  if (columns == 1) wanted = 2 * std::max(height, kLossBelow) + 2 * kUpdateGap + kLossBelow;
  const WorkspaceScope scope(context, area, wanted, columns == 3 ? kUpdateComfort : 0);
  Rect inside = scope.inside();
  if (columns < 3) draw_loss_panel(context, inside.cut_bottom(context.px(kLossBelow), context.px(kUpdateGap)));
  if (columns > 1) {
    draw_update_columns(context, inside, columns == 3);
    return;
  }
  draw_transition(context, inside.cut_top((inside.height() - context.px(kUpdateGap)) / 2, context.px(kUpdateGap)));
  draw_update_values(context, inside);
}

protocol::Needs update_needs(const ViewState&) {
  return static_cast<protocol::Needs>(protocol::Part::Update);
}

void report_update(const PanelContext& context, Report& report) {
  const auto shown = shown_update(context);
  report.add("known", shown.sample != nullptr);
  report.add("number", shown.update == nullptr ? 0 : shown.update->basis.position.updates);
  report.add("batch_size", shown.update == nullptr ? 0 : shown.update->batch_size);
  report.add("reachable", shown.update == nullptr ? 0 : static_cast<std::int64_t>(shown.update->samples.size()));
  report.add("outdated", shown.outdated);
  report.add("sample", shown.sample == nullptr ? 0 : static_cast<std::int64_t>(shown.sample->number) + 1);
  if (shown.sample == nullptr) return;
  report.add("terminal", shown.sample->terminal);
  report.add("q", shown.sample->q);
  report.add("target", shown.sample->target);
}

constexpr std::array kUpdatePanels{PanelRow{{"Transition"}, draw_transition},
                                   PanelRow{{"Values and target"}, draw_update_values},
                                   PanelRow{{"Loss"}, draw_loss_panel}};

constexpr std::array kUpdateRows{setting::share<&UpdateState::left_fraction>("splitter.left"),
                                 setting::share<&UpdateState::right_fraction>("splitter.right"),
                                 setting::flag<&UpdateState::differences>("differences")};

}  // namespace

constinit const Workspace kUpdateWorkspace{.id = kUpdateWorkspaceId,
                                           .title = "Update",
                                           .help = "One gradient update, transition by transition",
                                           .key = Key::Digit5,
                                           .key_name = "Ctrl 5",
                                           .needs = update_needs,
                                           .draw = draw_update_workspace,
                                           .settings = kUpdateRows,
                                           .panels = kUpdatePanels,
                                           .move = move_in_batch,
                                           .report = report_update};

}  // namespace qarium::widgets
