#include "widgets/parts/stage_panel.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>

#include "widgets/moments.hpp"
#include "widgets/parts/banner.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/fitting.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/panel.hpp"
#include "widgets/parts/scene_view.hpp"
#include "widgets/setting_rows.hpp"

namespace qarium::widgets {
namespace {

constexpr float kStageCaption = 28;
constexpr float kLaneHead = 20;
constexpr float kHeadTitle = 100;  ///< what the head has besides tools and words

/// "MinAtar/Breakout-v1" -> "Breakout": the head has little room.
std::string_view short_name(std::string_view environment) {
  if (const auto slash = environment.rfind('/'); slash != std::string_view::npos) environment.remove_prefix(slash + 1);
  if (const auto version = environment.rfind("-v"); version != std::string_view::npos) {
    environment = environment.substr(0, version);
  }
  return environment;
}

constexpr float kGridTool = 40;
constexpr float kLearnerTool = 62;

float tools_width(const PanelContext& context, bool choice) {
  return context.px(kGridTool + (choice ? kLearnerTool + 4 : 0));
}

void draw_stage_tools(const PanelContext& context, Rect tools, bool choice) {
  auto& grid = context.view.of<StageLook>().grid;
  if (draw_button(
          context, "stage.grid", tools.cut_right(context.px(kGridTool), context.px(4)),
          {.label = "grid", .look = ButtonLook::Quiet, .on = grid, .tooltip = "Thin lines between the cells"})) {
    grid = !grid;
  }
  if (!choice) return;
  auto& learner = context.view.of<StageSource>().learner;
  if (draw_button(context, "stage.learner", tools.cut_right(context.px(kLearnerTool)),
                  {.label = "learner",
                   .look = ButtonLook::Quiet,
                   .on = learner,
                   .tooltip = learner ? "Show the watched episode again"
                                      : "Show the learner's own environment as its last step left it, instead of the "
                                        "watched episode. It is to look at only: it cannot be gone back in"})) {
    learner = !learner;
  }
}

/// "Breakout · return 3 · step 40"; without the name where there is no room for it.
ShortText head_words(const PanelContext& context, float room, std::string_view name, float return_so_far,
                     std::int64_t step) {
  ShortText numbers("return ");
  numbers.print("%.4g", static_cast<double>(return_so_far)).add(" · step ").add(count(step));
  const auto all =
      fitting(context.fonts.quiet, room - context.px(kHeadTitle), {ShortText(name).add(" · ").add(numbers), numbers});
  return all.empty() ? numbers : all;
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

/// What was drawn of the watched episode, in the middle of the area.
Rect draw_stage_scene(const PanelContext& context, std::string_view key, const protocol::Scene& scene,
                      const Rect& area) {
  const Rect picture = scene_area(scene, area);
  draw_scene(context, key, scene, picture, context.view.of<StageLook>().grid);
  outline(*ImGui::GetWindowDrawList(), picture, context.theme.line);
  return picture;
}

/// "lane 2 · return 12", above its picture.
void draw_lane_head(const PanelContext& context, const Rect& picture, std::uint64_t lane, bool current,
                    const protocol::EpisodeFrame& moment) {
  const Rect area{{picture.min.x, picture.min.y - context.px(kLaneHead)}, {picture.max.x, picture.min.y}};
  const auto id = count(static_cast<std::int64_t>(lane));
  ShortText total;
  total.print("%.5g", static_cast<double>(moment.return_so_far));
  const auto text = fitting(context.fonts.quiet, area.width(),
                            {ShortText("lane ").add(id).add(" · return ").add(total),
                             ShortText("lane ").add(id).add(" · ").add(total), ShortText("lane ").add(id), id});
  draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, area,
               current ? context.theme.text : context.theme.quiet, text);
}

/// A banner with the first of these that fits.
void tell_over(const PanelContext& context, const Rect& picture, Icon icon, ImU32 color,
               std::initializer_list<ShortText> texts) {
  const float inset = context.px(8);
  const float most = picture.width() - 2 * inset;
  const auto text = fitting(context.fonts.quiet, most - context.px(34), texts);
  if (!text.empty()) draw_banner(context, {picture.min.x + inset, picture.min.y + inset}, icon, color, text, most);
}

/// What must be said of the moment on the lane compared.
void draw_compared_banner(const PanelContext& context, const protocol::ComparedLane& compared, const Rect& picture) {
  const auto& theme = context.theme;
  if (compared.over) {
    tell_over(context, picture, Icon::Dot, theme.quiet,
              {ShortText("this lane does not reach here"), ShortText("not this far")});
  } else if (compared.moment.terminated || compared.moment.truncated) {
    const auto total = number(compared.moment.return_so_far);
    const std::string_view how = compared.moment.terminated ? "ended" : "cut off";
    tell_over(context, picture, Icon::Dot, compared.moment.terminated ? theme.wrong : theme.accent,
              {ShortText("episode ").add(how).add(", return ").add(total), ShortText(how).add(", ").add(total)});
  } else if (context.stage.moment.index < compared.diverged_at) {
    tell_over(context, picture, Icon::Arrow, theme.quiet,
              {ShortText("the same moment: not diverged yet"), ShortText("the same")});
  }
}

/// The current lane and another, at the same moment.
void draw_two_lanes(const PanelContext& context, const protocol::ComparedLane& compared, Rect area) {
  const auto& stage = context.stage;
  const bool across = area.width() > area.height();
  Rect first = across ? area.cut_left((area.width() - context.px(12)) / 2, context.px(12))
                      : area.cut_top((area.height() - context.px(8)) / 2, context.px(8));
  Rect second = area;
  const auto current = std::ranges::find_if(stage.lanes, [](const auto& lane) { return lane.current; });
  first.cut_top(context.px(kLaneHead));
  const Rect picture = draw_stage_scene(context, "stage", *stage.scene, first);
  draw_lane_head(context, picture, current == stage.lanes.end() ? 0 : current->id, true, stage.moment);
  draw_moment_banners(context, picture);
  second.cut_top(context.px(kLaneHead));
  const Rect other = draw_stage_scene(context, "stage.compared", *compared.scene, second);
  draw_lane_head(context, other, compared.lane, false, compared.moment);
  draw_compared_banner(context, compared, other);
}

void draw_watched(const PanelContext& context, const Rect& area, bool choice) {
  const auto& stage = context.stage;
  ShortText quiet;
  if (!stage.environment.empty()) {
    quiet = head_words(context, area.width() - tools_width(context, choice), short_name(stage.environment),
                       stage.moment.return_so_far, stage.moment.step);
  }
  Panel panel(context, "Stage", quiet, context.theme.stage(core::Stage::Encoder), area, tools_width(context, choice));
  if (panel.folded()) return;
  draw_stage_tools(context, panel.tools(), choice);
  Rect body = panel.begin_body();
  auto& list = *ImGui::GetWindowDrawList();
  const Rect caption = body.cut_bottom(context.px(kStageCaption) - context.px(8), context.px(8));
  if (!stage.error.empty()) {
    draw_wrapped(list, context.fonts.text, body.min, body.width(), context.theme.wrong, stage.error);
  } else if (!stage.scene) {
    draw_text_in(list, context.fonts.text, body, context.theme.quiet, "the watched episode is about to begin",
                 Align::Centre);
  } else if (stage.compared && stage.compared->scene) {
    draw_two_lanes(context, *stage.compared, body);
  } else {
    draw_moment_banners(context, draw_stage_scene(context, "stage", *stage.scene, body));
  }
  draw_caption(context, caption);
}

/// The learner's own environment, as its last step left it.
void draw_learners(const PanelContext& context, const Rect& area) {
  const auto& learner = context.trainer.learner;
  const auto& theme = context.theme;
  ShortText quiet;
  if (learner) {
    quiet = head_words(context, area.width() - tools_width(context, true), "the learner's own", learner->return_so_far,
                       learner->step);
  }
  Panel panel(context, "Stage", quiet, theme.stage(core::Stage::Encoder), area, tools_width(context, true));
  if (panel.folded()) return;
  draw_stage_tools(context, panel.tools(), true);
  Rect body = panel.begin_body();
  auto& list = *ImGui::GetWindowDrawList();
  Rect caption = body.cut_bottom(context.px(kStageCaption) - context.px(8), context.px(8));
  if (!learner) {
    draw_text_in(list, context.fonts.text, body, theme.quiet, "learning is about to begin", Align::Centre);
    return;
  }
  const Rect picture = draw_stage_scene(context, "stage.learner", learner->scene, body);
  tell_over(context, picture, Icon::Dot, theme.accent,
            {ShortText("the learner's environment: look only"), ShortText("look only")});
  ShortText reward("reward ");
  reward.add(signed_number(learner->reward));
  draw_text_in(list, context.fonts.number,
               caption.cut_right(text_width(context.fonts.number, reward) + 1, context.px(8)), theme.quiet, reward);
  if (learner->action < 0) {
    draw_text_in(list, context.fonts.text, caption, theme.quiet, "no step taken yet");
    return;
  }
  caption.min.x += draw_text_in(list, context.fonts.text, caption, theme.quiet, "last:") + context.px(6);
  caption.min.x += draw_text_in(list, context.fonts.text, caption, theme.text,
                                action_name(context.trainer.action_names, learner->action)) +
                   context.px(8);
  if (learner->ended) draw_text_in(list, context.fonts.text, caption, theme.attention, "ended the episode");
}

constexpr std::array kStageRows{setting::flag<&StageLook::grid>("grid")};

}  // namespace

constinit const SettingSection kStageSection{"stage", kStageRows};

void draw_stage(const PanelContext& context, const Rect& area) {
  draw_watched(context, area, false);
}

void draw_stage_choice(const PanelContext& context, const Rect& area) {
  if (context.view.of<StageSource>().learner) {
    draw_learners(context, area);
  } else {
    draw_watched(context, area, true);
  }
}

protocol::Needs stage_needs(const ViewState& view) {
  // What is done on the stage stays visible in its action values and lanes.
  const bool learner = view.of<StageSource>().learner;
  return learner ? protocol::Part::Stage | protocol::Part::LearnerStage : protocol::kNothing | protocol::Part::Stage;
}

}  // namespace qarium::widgets
