#include "widgets/parts/controls.hpp"

#include <cmath>
#include <functional>

#include "widgets/parts/draw_watch.hpp"

namespace qarium::widgets {
namespace {

constexpr double kTooltipDelay = 0.35;
constexpr float kArrowStep = 0.02F;  // of a slider

Rect clip_of(const ImDrawList& list) {
  return {list.GetClipRectMin(), list.GetClipRectMax()};
}

struct ButtonColors {
  ImU32 ground;
  ImU32 edge;
  ImU32 text;
};

ButtonColors colors_of(const Theme& theme, const Button& button, const Interaction& state) {
  ButtonColors colors{theme.raised, theme.line, theme.text};
  const bool bare = button.look == ButtonLook::Quiet || button.look == ButtonLook::Tab;
  if (bare) colors = {0, 0, theme.quiet};
  if (button.look == ButtonLook::Primary) colors = {theme.accent_fill, theme.accent, theme.text};
  if (button.on) colors = {theme.raised_hover, bare ? 0 : theme.accent, theme.text};
  if (!button.enabled) {
    colors.text = mixed(theme.quiet, theme.panel, 0.35F);
    colors.edge = bare ? 0 : theme.line_quiet;
    return colors;
  }
  if (state.held) {
    colors.ground = theme.raised_active;
  } else if (state.hovered) {
    colors.ground =
        button.look == ButtonLook::Primary ? mixed(theme.accent_fill, theme.accent, 0.2F) : theme.raised_hover;
    if (bare) colors.text = theme.text;
  }
  if (button.waiting) colors.edge = theme.attention;
  return colors;
}

const ImFont* label_font(const PanelContext& context, const Button& button) {
  return button.look == ButtonLook::Quiet ? context.fonts.quiet : context.fonts.text;
}

Interaction interact_with(const PanelContext& context, std::string_view name, const Rect& area, bool enabled,
                          bool pressable) {
  const auto* list = ImGui::GetWindowDrawList();
  const Rect visible = area.intersection(clip_of(*list));
  if (const auto* watch = draw_watch(); watch != nullptr && watch->on_control) watch->on_control(name, area);
  if (context.controls != nullptr) context.controls->add(name, visible, enabled, pressable);
  if (area.empty()) return {};
  ImGui::SetCursorScreenPos(area.min);
  ImGui::PushID(name.data(), name.data() + name.size());
  Interaction state;
  const bool pressed = ImGui::InvisibleButton("##", area.size());
  state.hovered = ImGui::IsItemHovered();
  if (enabled) {
    state.clicked = pressed;
    state.held = ImGui::IsItemActive();
    state.released = ImGui::IsItemDeactivated();
  }
  ImGui::PopID();
  return state;
}

}  // namespace

Interaction interact(const PanelContext& context, std::string_view name, const Rect& area, bool enabled) {
  return interact_with(context, name, area, enabled, false);
}

Interaction press(const PanelContext& context, std::string_view name, const Rect& area, bool enabled) {
  auto state = interact_with(context, name, area, enabled, true);
  auto& focus = context.view.transient.focus;
  if (focus.name != name) return state;
  focus.area = area.intersection(clip_of(*ImGui::GetWindowDrawList()));
  if (enabled && focus.presses) state.clicked = true;
  return state;
}

bool tooltip_due(const PanelContext& context, std::string_view name, const Interaction& interaction) {
  if (!interaction.hovered) return false;
  auto& transient = context.view.transient;
  const auto control = std::hash<std::string_view>{}(name);
  const double now = ImGui::GetTime();
  transient.any_hovered = true;
  // Nothing lies over what comes of a click until the pointer goes on.
  const ImVec2 way = ImGui::GetIO().MousePos - ImGui::GetIO().MouseClickedPos[0];
  const bool acted = interaction.held || std::hypot(way.x, way.y) < context.px(3);
  if (acted || transient.hovered_control != control) {
    transient.hovered_control = control;
    transient.hovered_since = now;
  }
  if (acted) return false;
  if (now - transient.hovered_since >= kTooltipDelay) return true;
  transient.wake_at = std::min(transient.wake_at, transient.hovered_since + kTooltipDelay);
  return false;
}

void begin_tooltip(const PanelContext& context, std::string_view text) {
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(10), context.px(8)));
  ImGui::BeginTooltip();
  // ImGui does not show a window in its first frame, when it does not know its size yet.
  if (ImGui::IsWindowAppearing()) context.view.transient.wake_at = ImGui::GetTime();
  ImGui::PushFont(context.fonts.quiet);
  ImGui::PushTextWrapPos(context.px(340));
  // What is shortened under the pointer comes first, whole.
  const auto& pointed = context.view.transient.watch.pointed;
  if (pointed && text.find(*pointed) == std::string_view::npos) ImGui::TextUnformatted(pointed->c_str());
}

void end_tooltip() {
  ImGui::PopTextWrapPos();
  ImGui::PopFont();
  ImGui::EndTooltip();
  ImGui::PopStyleVar();
}

void tooltip(const PanelContext& context, std::string_view name, const Interaction& interaction,
             std::string_view text) {
  if (text.empty() || !tooltip_due(context, name, interaction)) return;
  begin_tooltip(context, text);
  ImGui::TextUnformatted(text.data(), text.data() + text.size());
  end_tooltip();
}

void tell_shortened(const PanelContext& context) {
  const auto& transient = context.view.transient;
  if (!transient.watch.pointed || transient.any_hovered) return;
  if (!tooltip_due(context, *transient.watch.pointed, {.hovered = true})) return;
  begin_tooltip(context);
  end_tooltip();
}

float button_width(const PanelContext& context, const Button& button) {
  float width = context.px(button.look == ButtonLook::Quiet ? 12 : 20);
  if (button.icon != Icon::None) width += context.px(14);
  if (!button.label.empty()) width += text_width(label_font(context, button), button.label);
  if (button.icon != Icon::None && !button.label.empty()) width += context.px(6);
  if (!button.key.empty()) width += context.px(8) + text_width(context.fonts.quiet, button.key);
  return std::ceil(width);
}

bool draw_button(const PanelContext& context, std::string_view name, const Rect& area, const Button& button) {
  const auto state = press(context, name, area, button.enabled);
  const auto colors = colors_of(context.theme, button, state);
  auto& list = *ImGui::GetWindowDrawList();
  const float rounding = context.px(4);
  if ((colors.ground & IM_COL32_A_MASK) != 0) fill(list, area, colors.ground, rounding);
  if ((colors.edge & IM_COL32_A_MASK) != 0) outline(list, area, colors.edge, rounding);
  const float inside = button_width(context, button) - context.px(button.look == ButtonLook::Quiet ? 12 : 20);
  float x = area.min.x + std::max(context.px(4), (area.width() - inside) / 2);
  if (button.icon != Icon::None) {
    draw_icon(list, button.icon, {x + context.px(7), area.centre().y}, context.px(12), colors.text);
    x += context.px(button.label.empty() ? 14 : 20);
  }
  if (!button.label.empty()) {
    x += draw_text_in(list, label_font(context, button), {{x, area.min.y}, {area.max.x - context.px(4), area.max.y}},
                      colors.text, button.label);
  }
  if (!button.key.empty()) {
    const auto& theme = context.theme;
    draw_text_in(list, context.fonts.quiet, {{x + context.px(8), area.min.y}, area.max},
                 button.look == ButtonLook::Primary ? theme.key_on_accent : theme.quiet, button.key);
  }
  tooltip(context, name, state, button.tooltip);
  return state.clicked;
}

bool draw_switch(const PanelContext& context, std::string_view name, const Rect& area, bool on) {
  const auto state = press(context, name, area);
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const float height = std::min(area.height(), context.px(16));
  const float width = std::min(area.width(), height * 1.9F);
  const Rect track{{area.min.x, area.centre().y - height / 2}, {area.min.x + width, area.centre().y + height / 2}};
  fill(list, track, on ? theme.accent : theme.raised, height / 2);
  outline(list, track, state.hovered ? theme.accent : on ? theme.accent : theme.quiet, height / 2);
  const float x = on ? track.max.x - height / 2 : track.min.x + height / 2;
  list.AddCircleFilled({x, track.centre().y}, height / 2 - context.px(3), on ? theme.panel : theme.quiet, 16);
  return state.clicked;
}

SliderResult draw_slider(const PanelContext& context, std::string_view name, const Rect& area, float fraction,
                         float standard, ImU32 color) {
  auto state = press(context, name, area);
  const float radius = context.px(6);
  const float from = area.min.x + radius;
  const float length = std::max(1.0F, area.width() - 2 * radius);
  if (state.held) fraction = (ImGui::GetIO().MousePos.x - from) / length;
  if (auto& focus = context.view.transient.focus; focus.name == name) {
    focus.is_slider = true;
    if (focus.arrow != 0) {
      fraction += kArrowStep * static_cast<float>(focus.arrow);
      state.released = true;
    }
  }
  fraction = std::clamp(fraction, 0.0F, 1.0F);

  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const float y = std::round(area.centre().y);
  const float half = context.px(1.5F);
  const float thumb = from + fraction * length;
  fill(list, {{area.min.x, y - half}, {area.max.x, y + half}}, theme.line, half);
  fill(list, {{area.min.x, y - half}, {thumb, y + half}}, color, half);
  const float tick = std::round(from + std::clamp(standard, 0.0F, 1.0F) * length);
  fill(list, {{tick - 1, y - context.px(7)}, {tick + 1, y + context.px(7)}}, theme.quiet);
  list.AddCircleFilled({thumb, y}, radius, theme.dark ? theme.text : theme.panel, 16);
  list.AddCircle({thumb, y}, radius,
                 state.held || state.hovered ? color
                 : theme.dark                ? theme.line
                                             : theme.quiet,
                 16, state.held || state.hovered ? context.px(2) : 1);
  return {fraction, state.held, state.released};
}

}  // namespace qarium::widgets
