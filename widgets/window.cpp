#include <limits>

#include "widgets/draw.hpp"
#include "widgets/keymap.hpp"
#include "widgets/panels.hpp"
#include "widgets/splitter.hpp"

namespace qarium::widgets {
namespace {

void begin_frame(const PanelContext& context) {
  auto& transient = context.view.transient;
  transient.hovered_step = transient.hovered_step_next;
  transient.hovered_step_next.reset();
  transient.hovered_moment = transient.hovered_moment_next;
  transient.hovered_moment_next.reset();
  transient.wake_at = std::numeric_limits<double>::infinity();
  if (!transient.any_hovered) transient.hovered_control = 0;
  transient.any_hovered = false;
  if (context.controls != nullptr) context.controls->clear();
}

void draw_learn(const PanelContext& context, const Rect& area) {
  auto& view = context.view;
  const ViewState standard;
  const auto [stage, others] = split_columns(
      context, area, {"splitter.left", &view.left_fraction, standard.left_fraction, context.px(280), context.px(640)});
  const auto [middle, right] = split_columns(
      context, others,
      {"splitter.right", &view.right_fraction, standard.right_fraction, context.px(320), context.px(352)});
  const auto [scene, values] =
      split_rows(context, stage,
                 {"splitter.stage", &view.stage_fraction, standard.stage_fraction, context.px(180), context.px(196)});
  const auto [curves, replay] = split_rows(
      context, middle,
      {"splitter.curves", &view.curves_fraction, standard.curves_fraction, context.px(180), context.px(168)});
  draw_stage(context, scene);
  draw_action_values(context, values);
  draw_curves(context, curves);
  draw_replay(context, replay);
  draw_hyperparameters(context, right);
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
  draw_top_bar(context, top);
  draw_pipeline(context, pipeline);
  draw_learn(context, rest.shrunk(context.px(8)));
  draw_transport(context, transport);
  draw_status(context, status);
  draw_dialogs(context);
  ImGui::PopFont();
  ImGui::End();
}

core::Needs window_needs(const ViewState& view) {
  switch (view.workspace) {
    case Workspace::Learn:
      break;
  }
  return core::kNothing | static_cast<core::Needs>(core::Part::Replay) | static_cast<core::Needs>(core::Part::Network) |
         static_cast<core::Needs>(core::Part::Stage) | static_cast<core::Needs>(core::Part::ActionValues);
}

}  // namespace qarium::widgets
