#include "widgets/window.hpp"

#include <limits>
#include <utility>

#include "widgets/bars/bars.hpp"
#include "widgets/curves/curves.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/gallery/gallery.hpp"
#include "widgets/keymap.hpp"
#include "widgets/panel_menu.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/present.hpp"
#include "widgets/undo.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

void begin_frame(const PanelContext& context) {
  auto& transient = context.view.transient;
  transient.hovered_step = transient.hovered_step_next;
  transient.hovered_step_next.reset();
  transient.hovered_moment = transient.hovered_moment_next;
  transient.hovered_moment_next.reset();
  for (const auto* workspace : workspaces()) {
    if (workspace->begin_frame != nullptr) workspace->begin_frame(context.view);
  }
  transient.hovered_panel = std::exchange(transient.hovered_panel_next, {});
  transient.watch.pointed = std::exchange(transient.watch.pointed_next, {});
  ImGui::GetIO().UserData = &transient.watch;
  transient.wake_at = std::numeric_limits<double>::infinity();
  transient.workspace_scrolls = false;
  if (!transient.any_hovered) transient.hovered_control = 0;
  transient.any_hovered = false;
  move_keyboard_focus(context);
  if (context.controls != nullptr) context.controls->clear();
}

using Draw = void (*)(const PanelContext&, const Rect&);

/// A bar that needs more width than there is can be scrolled sideways.
void draw_window_bar(const PanelContext& context, const char* id, const Rect& area, float least_width, Draw draw) {
  if (area.width() + 1 >= context.px(least_width)) {
    draw(context, area);
    return;
  }
  ImGui::SetCursorScreenPos(area.min);
  ImGui::BeginChild(id, area.size(), false, ImGuiWindowFlags_HorizontalScrollbar);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  draw(context, {origin, {origin.x + context.px(least_width), origin.y + area.height()}});
  ImGui::SetCursorScreenPos({origin.x + context.px(least_width) - 1, origin.y});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

/// The bars, and between them the panels of the workspace.
void draw_all(const PanelContext& context, Rect rest) {
  const Rect top = rest.cut_top(context.px(kTopBarHeight));
  const Rect pipeline = rest.cut_top(context.px(kPipelineHeight));
  const Rect status = rest.cut_bottom(context.px(kStatusHeight));
  const Rect lanes = rest.cut_bottom(context.px(lanes_height(context)));
  const Rect transport = rest.cut_bottom(context.px(kTransportHeight));
  const Rect take_over = rest.cut_bottom(context.px(take_over_height(context)));
  const Rect findings = rest.cut_bottom(context.px(findings_height(context)));
  draw_window_bar(context, "top", top, top_bar_least_width(context), draw_top_bar);
  const auto own = shown_workspace(context.view).draw_network;
  draw_window_bar(context, "pipeline", pipeline, kPipelineLeastWidth, own != nullptr ? own : draw_pipeline);
  if (!context.view.panels_hidden) shown_workspace(context.view).draw(context, rest.shrunk(context.px(8)));
  draw_findings(context, findings);
  draw_take_over_bar(context, take_over);
  draw_window_bar(context, "transport", transport, kTransportLeastWidth, draw_transport);
  draw_window_bar(context, "lanes", lanes, kTransportLeastWidth, draw_lanes);
  draw_status(context, status);
}

}  // namespace

void draw_window(const PanelContext& context) {
  begin_frame(context);
  context.pending.stepped(context.trainer.status.stepped);
  handle_keys(context);
  serve_undo(context);
  serve_gallery(context);
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  ImGui::SetNextWindowPos({0, 0});
  ImGui::SetNextWindowSize(display);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::PushStyleVar(ImGuiStyleVar_WindowRounding, 0);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowBorderSize, 0);
  ImGui::Begin("Qarium", nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleVar(3);
  ImGui::PushFont(context.fonts.text);
  const Rect rest{{0, 0}, display};
  Rect presented = rest;
  const Rect bar = presented.cut_bottom(context.px(take_over_height(context)));
  if (draw_presented(context, presented)) {
    draw_take_over_bar(context, bar);
  } else {
    draw_all(context, rest);
  }
  draw_panel_menu(context);
  draw_dialogs(context);
  draw_keyboard_focus(context);
  tell_shortened(context);
  ImGui::PopFont();
  ImGui::End();
}

protocol::Needs window_needs(const ViewState& view) {
  if (view.panels_hidden) return protocol::kNothing;
  // The pipeline stands in every workspace.
  return shown_workspace(view).needs(view) | protocol::Part::Network;
}

void take(const protocol::Acknowledgement& acknowledgement, Pending& pending, Models& models) {
  pending.acknowledged(acknowledgement);
  if (!acknowledgement.accepted) return;
  if (begins_again(acknowledgement)) {
    models.of<Curves>().clear();
  } else if (const auto* set = as_set(acknowledgement.command)) {
    models.of<Curves>().add(
        Stamp{acknowledgement.position.environment_steps, set->name, std::string(value_text(set->value).view())});
  }
  for (const auto* workspace : workspaces()) {
    if (workspace->accepted != nullptr) workspace->accepted(acknowledgement, models);
  }
}

}  // namespace qarium::widgets
