#include <array>

#include "widgets/bars/bars.hpp"
#include "widgets/moments.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/take_over/take_over.hpp"

namespace qarium::widgets {
namespace {

constexpr float kTakeOverHeight = 38;

/// A button for an action: its key on a cap, its name behind.
float action_width(const PanelContext& context, std::string_view key, std::string_view name) {
  const float cap = key.empty() ? 0 : std::max(text_width(context.fonts.quiet, key), context.px(8)) + context.px(18);
  return cap + text_width(context.fonts.text, name) + context.px(18);
}

bool draw_action(const PanelContext& context, const Rect& area, std::string_view key, std::string_view name,
                 std::string_view control, bool last) {
  const auto state = press(context, control, area);
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  fill(list, area, state.held ? theme.raised_active : state.hovered ? theme.raised_hover : theme.raised, context.px(4));
  outline(list, area, last ? theme.accent : theme.line, context.px(4));
  Rect rest = area.shrunk(context.px(9), 0);
  if (!key.empty()) {
    const float wide = std::max(text_width(context.fonts.quiet, key), context.px(8)) + context.px(10);
    const Rect cap = rest.cut_left(wide, context.px(8)).shrunk(0, context.px(5));
    fill(list, cap, theme.panel, context.px(3));
    outline(list, cap, theme.quiet, context.px(3));
    draw_text_in(list, context.fonts.quiet, cap, theme.text, key, Align::Centre);
  }
  draw_text_in(list, context.fonts.text, rest, theme.text, name);
  return state.clicked;
}

/// Two keys together mean an action, as on a joystick.
bool combines(const ActionKeys& keys) {
  for (int i = 0; i < keys.size(); ++i) {
    const auto its = keys.meaning(i);
    if (its && (*its & (*its - 1)) != 0) return true;
  }
  return false;
}

void draw_actions(const PanelContext& context, const ActionKeys& keys, Rect rest) {
  auto& list = *ImGui::GetWindowDrawList();
  const auto& names = context.stage.action_names;
  const bool combined = combines(keys);
  const ShortText together("two keys together act as one");
  const float end = rest.max.x - (combined ? text_width(context.fonts.quiet, together) + context.px(8) : 0);
  const auto taken = taken_action(context.stage);
  int shown = 0;
  int passed = 0;
  for (int i = 0; i < keys.size(); ++i) {
    // What two keys mean needs no button of its own.
    const auto its = keys.meaning(i);
    if (its && *its != 0 && keys.key_of(i) == 0) continue;
    const auto& name = names[static_cast<std::size_t>(i)];
    const auto key = key_name(context, keys, i);
    const float wide = action_width(context, key, name);
    if (rest.min.x + wide > end - context.px(40)) {
      ++passed;
      continue;
    }
    if (draw_action(context, rest.cut_left(wide, context.px(6)), key, name, ShortText("take_over.").add(name),
                    taken.action == i))
      send(context, protocol::Act{i});
    ++shown;
  }
  if (passed > 0) {
    const auto more = ShortText("+").add(count(passed)).add(" more");
    rest.cut_left(draw_text_in(list, context.fonts.quiet, rest, context.theme.quiet, more), context.px(10));
  }
  if (combined && shown > 0) draw_text_in(list, context.fonts.quiet, rest, context.theme.quiet, together);
}

}  // namespace

float take_over_height(const PanelContext& context) {
  return context.view.of<TakeOver>().on ? kTakeOverHeight : 0;
}

void draw_take_over_bar(const PanelContext& context, const Rect& area) {
  auto& mode = context.view.of<TakeOver>();
  if (!mode.on || area.empty()) return;
  auto& list = *ImGui::GetWindowDrawList();
  const auto& theme = context.theme;
  fill(list, area, mixed(theme.panel, theme.accent, 0.08F));
  list.AddLine(area.min, {area.max.x, area.min.y}, theme.accent);
  Rect rest = area.shrunk(context.px(16), context.px(5));
  const Button leave{.label = "Agent acts", .key = "Esc", .tooltip = "The agent takes the actions again (Esc)"};
  if (draw_button(context, "take_over.leave", rest.cut_right(button_width(context, leave), context.px(8)), leave))
    end_take_over(context);
  const ActionKeys keys(context.stage.action_names);
  if (keys.idle() >= 0) {
    const Button pace{.label = "Real time",
                      .on = mode.real_time,
                      .tooltip = mode.real_time
                                     ? "The episode goes on by itself: where no key is held, with the action "
                                       "that does nothing. Click: let it wait for you"
                                     : "The episode waits for your keys. Click: let it go on by itself, with "
                                       "the action that does nothing where no key is held"};
    if (draw_button(context, "take_over.real_time", rest.cut_right(button_width(context, pace), context.px(8)), pace))
      mode.real_time = !mode.real_time;
  }
  draw_icon(list, Icon::Dot, rest.cut_left(context.px(12), context.px(8)).centre(), context.px(10),
            theme.stage_text(core::Stage::Memory));
  rest.cut_left(draw_text_in(list, context.fonts.title, rest, theme.text, "You act"), context.px(14));
  if (context.stage.action_names.empty()) {
    draw_text_in(list, context.fonts.quiet, rest, theme.quiet, "as soon as the environment is there");
    return;
  }
  draw_actions(context, keys, rest);
}

}  // namespace qarium::widgets
