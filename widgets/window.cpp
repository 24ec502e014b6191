#include "widgets/window.hpp"

#include <limits>
#include <utility>

#include "widgets/attention/attention_curves.hpp"
#include "widgets/attention/attention_state.hpp"
#include "widgets/bars/bars.hpp"
#include "widgets/curves/curves.hpp"
#include "widgets/dialogs/dialogs.hpp"
#include "widgets/keymap.hpp"
#include "widgets/laboratory/laboratory_curve.hpp"
#include "widgets/laboratory/laboratory_state.hpp"
#include "widgets/memory/memory_state.hpp"
#include "widgets/parts/draw.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/workspace.hpp"

namespace qarium::widgets {
namespace {

void begin_frame(const PanelContext& context) {
  auto& transient = context.view.transient;
  transient.hovered_step = transient.hovered_step_next;
  transient.hovered_step_next.reset();
  transient.hovered_moment = transient.hovered_moment_next;
  transient.hovered_moment_next.reset();
  auto& attention = context.view.of<AttentionState>();
  attention.hovered = std::exchange(attention.hovered_next, {});
  attention.hovered_query = std::exchange(attention.hovered_query_next, -1);
  auto& memory = context.view.of<MemoryState>().kept;
  memory.hovered_slot = std::exchange(memory.hovered_slot_next, -1);
  auto& laboratory = context.view.of<LaboratoryState>();
  laboratory.kept.hovered_slot = std::exchange(laboratory.kept.hovered_slot_next, -1);
  laboratory.hovered = std::exchange(laboratory.hovered_next, std::nullopt);
  transient.wake_at = std::numeric_limits<double>::infinity();
  if (!transient.any_hovered) transient.hovered_control = 0;
  transient.any_hovered = false;
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

void draw_workspace(const PanelContext& context, const Rect& area) {
  switch (context.view.workspace) {
    case Workspace::Learn:
      draw_learn_workspace(context, area);
      break;
    case Workspace::Attention:
      draw_attention_workspace(context, area);
      break;
    case Workspace::Memory:
      draw_memory_workspace(context, area);
      break;
    case Workspace::Laboratory:
      draw_laboratory_workspace(context, area);
      break;
  }
}

protocol::Needs bits(std::initializer_list<protocol::Part> parts) {
  protocol::Needs needs = protocol::kNothing;
  for (const auto part : parts)
    needs |= static_cast<protocol::Needs>(part);
  return needs;
}

}  // namespace

void draw_window(const PanelContext& context) {
  begin_frame(context);
  handle_keys(context);
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
  Rect rest{{0, 0}, display};
  const Rect top = rest.cut_top(context.px(kTopBarHeight));
  const Rect pipeline = rest.cut_top(context.px(kPipelineHeight));
  const Rect status = rest.cut_bottom(context.px(kStatusHeight));
  const Rect transport = rest.cut_bottom(context.px(kTransportHeight));
  draw_window_bar(context, "top", top, kTopBarLeastWidth, draw_top_bar);
  draw_window_bar(context, "pipeline", pipeline, kPipelineLeastWidth, draw_pipeline);
  if (!context.view.panels_hidden) draw_workspace(context, rest.shrunk(context.px(8)));
  draw_window_bar(context, "transport", transport, kTransportLeastWidth, draw_transport);
  draw_status(context, status);
  draw_dialogs(context);
  ImGui::PopFont();
  ImGui::End();
}

protocol::Needs window_needs(const ViewState& view) {
  if (view.panels_hidden) return protocol::kNothing;
  using protocol::Part;
  // The pipeline stands in every workspace; in all but the laboratory so do the watched frame and its action values.
  auto needs = bits({Part::Network, Part::Stage, Part::ActionValues});
  switch (view.workspace) {
    case Workspace::Learn:
      needs |= bits({Part::Replay});
      break;
    case Workspace::Attention:
      needs |= bits({Part::Attention, Part::AttentionCurves});
      if (view.of<AttentionState>().matrix) needs |= bits({Part::AttentionMatrix});
      break;
    case Workspace::Memory:
      needs |= bits({Part::Memory});
      break;
    case Workspace::Laboratory:
      return bits({Part::Network, Part::Laboratory});
  }
  return needs;
}

void take(const protocol::Acknowledgement& acknowledgement, Pending& pending, Models& models) {
  pending.acknowledged(acknowledgement);
  if (!acknowledgement.accepted) return;
  if (begins_again(acknowledgement)) {
    models.of<Curves>().clear();
    models.of<AttentionCurves>().clear();
  } else if (const auto* side = std::get_if<protocol::TrainerCommand>(&acknowledgement.command)) {
    const auto* set = std::get_if<protocol::Set>(side);
    if (set != nullptr)
      models.of<Curves>().add(
          Stamp{acknowledgement.position.environment_steps, set->name, std::string(value_text(set->value).view())});
  } else if (const auto* laboratory = std::get_if<protocol::LaboratoryCommand>(&acknowledgement.command)) {
    if (std::holds_alternative<protocol::StartLaboratory>(*laboratory)) models.of<LaboratoryCurve>().clear();
  }
}

}  // namespace qarium::widgets
