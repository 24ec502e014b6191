#include "widgets/update/update_workspace.hpp"

#include <array>
#include <utility>

#include "widgets/actions.hpp"
#include "widgets/panel_grid.hpp"
#include "widgets/update/shown_update.hpp"
#include "widgets/update/update_panels.hpp"
#include "widgets/update/update_state.hpp"

namespace qarium::widgets {
namespace {

// Least sizes at scale 1.
constexpr float kTransitionWidth = 300;
constexpr float kUpdateValuesWidth = 420;
constexpr float kLossWidth = 320;
constexpr float kTransitionHeight = 360;
constexpr float kUpdateValuesHeight = 260;
constexpr float kLossHeight = 320;

GridColumn column_of(GridPanel panel, float least_width, const Divider& right) {
  return {.least_width = least_width, .panels = {{std::move(panel)}}, .size = 1, .right = right};
}

void draw_update_workspace(const PanelContext& context, const Rect& area) {
  auto& transient = context.view.transient;
  const bool free = transient.dialog == Dialog::None && !ImGui::GetIO().WantTextInput;
  if (free && key_pressed(Key::Escape, false)) leave_update(context);
  auto& state = context.view.of<UpdateState>();
  const std::array columns{
      column_of({.title = "Transition",
                 .least = kTransitionHeight,
                 .draw = [&](const Rect& place) { draw_transition(context, place); }},
                kTransitionWidth, {"splitter.update.left", &state.left_fraction, UpdateState::kLeftFraction}),
      column_of({.title = "Values and target",
                 .least = kUpdateValuesHeight,
                 .draw = [&](const Rect& place) { draw_update_values(context, place); }},
                kUpdateValuesWidth, {"splitter.update.right", &state.right_fraction, UpdateState::kRightFraction}),
      column_of(
          {.title = "Loss", .least = kLossHeight, .draw = [&](const Rect& place) { draw_loss_panel(context, place); }},
          kLossWidth, {})};
  draw_panel_grid(context, area, columns);
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
