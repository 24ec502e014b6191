#include "widgets/parts/stage_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/moments.hpp"
#include "widgets/parts/banner.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/setting_rows.hpp"

namespace qarium::widgets {
namespace {

constexpr float kStageCaption = 28;

/// "MinAtar/Breakout-v1" -> "Breakout": the head has little room.
std::string_view short_name(std::string_view environment) {
  if (const auto slash = environment.rfind('/'); slash != std::string_view::npos) environment.remove_prefix(slash + 1);
  if (const auto version = environment.rfind("-v"); version != std::string_view::npos) {
    environment = environment.substr(0, version);
  }
  return environment;
}

void draw_stage_tools(const PanelContext& context, Rect tools) {
  const Rect grid = tools.cut_right(context.px(40));
  if (draw_button(context, "stage.grid", grid,
                  {.label = "grid",
                   .look = ButtonLook::Quiet,
                   .on = context.view.of<StageLook>().grid,
                   .tooltip = "Thin lines between the cells"})) {
    context.view.of<StageLook>().grid = !context.view.of<StageLook>().grid;
  }
}

void draw_caption(const PanelContext& context, const Rect& area) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  Rect rest = area;
  const auto& moment = context.stage.moment;
  ShortText reward("reward ");
  reward.add(signed_number(moment.reward));
  const float width = text_width(context.fonts.number, reward);
  draw_text_in(list, context.fonts.number, rest.cut_right(width + 1, context.px(8)), theme.quiet, reward);
  const auto taken = taken_action(context.stage);
  if (taken.action < 0) {
    draw_text_in(list, context.fonts.text, rest, theme.quiet, "no action taken yet");
    return;
  }
  const Rect mark = rest.cut_left(context.px(12), context.px(6));
  draw_icon(list, taken.icon, mark.centre(), context.px(11), taken_color(theme, taken));
  if (taken.before) {
    rest.min.x += draw_text_in(list, context.fonts.text, rest, theme.quiet, "last:") + context.px(6);
  }
  rest.min.x += draw_text_in(list, context.fonts.text, rest, theme.text, action_name(context.stage, taken.action));
  rest.min.x += context.px(8);
  draw_text_in(list, context.fonts.text, rest, taken_color(theme, taken), taken.word);
}

constexpr std::array kStageRows{setting::flag<&StageLook::grid>("grid")};

}  // namespace

constinit const SettingSection kStageSection{"stage", kStageRows};

void draw_stage(const PanelContext& context, const Rect& area) {
  const auto& stage = context.stage;
  ShortText quiet(short_name(stage.environment));
  if (!stage.environment.empty()) {
    quiet.add(" · return ").print("%.4g", static_cast<double>(stage.moment.return_so_far));
    quiet.add(" · step ").add(count(stage.moment.step));
  }
  Panel panel(context, "Stage", quiet, context.theme.stage(core::Stage::Encoder), area, context.px(40));
  draw_stage_tools(context, panel.tools());
  Rect body = panel.begin_body();
  auto& list = *ImGui::GetWindowDrawList();
  const Rect caption = body.cut_bottom(context.px(kStageCaption) - context.px(8), context.px(8));
  if (!stage.error.empty()) {
    draw_wrapped(list, context.fonts.text, body.min, body.width(), context.theme.wrong, stage.error);
  } else if (!stage.scene) {
    draw_text_in(list, context.fonts.text, body, context.theme.quiet, "the watched episode is about to begin",
                 Align::Centre);
  } else {
    const Rect picture = scene_area(*stage.scene, body);
    draw_scene(context, "stage", *stage.scene, picture, context.view.of<StageLook>().grid);
    outline(list, picture, context.theme.line);
    draw_moment_banners(context, picture);
  }
  draw_caption(context, caption);
}

}  // namespace qarium::widgets
