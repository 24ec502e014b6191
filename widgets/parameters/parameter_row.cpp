#include "widgets/parameters/parameter_row.hpp"

#include <algorithm>
#include <cmath>

#include "engine/core/error.hpp"
#include "widgets/actions.hpp"
#include "widgets/parameters/parameter_scale.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"

namespace qarium::widgets {
namespace {

constexpr float kParameterRow = 28;
constexpr float kBadge = 52;
constexpr float kReset = 20;
constexpr float kNumber = 76;
constexpr float kRoomy = 372;
constexpr double kSendInterval = 0.1;

/// The hyperparameter that is being changed.
struct ParameterEdit {
  std::string edited;  ///< control of the field being typed into; empty = none
  std::string text;
  bool focus = false;
  std::string dragged;  ///< control of the slider that is held; empty = none
  config::Value drag_value;
  config::Value drag_sent;
  double drag_sent_at = 0;
};

/// Everything known about one hyperparameter in this frame.
struct ParameterRow {
  const PanelContext& context;
  const config::Parameter& parameter;
  std::string_view place;
  config::Value shown;
  config::Value standard;
  bool waiting = false;
  bool changed = false;
  const ImFont* font = nullptr;  ///< of the name: smaller where the panel is narrow, so that no name is cut

  ShortText control(std::string_view part) const {
    return ShortText(place).add(".").add(parameter.name).add(".").add(part);
  }
};

ParameterRow describe_parameter(const PanelContext& context, const config::Parameter& parameter,
                                std::string_view place) {
  ParameterRow row{context, parameter, place, config::get(context.trainer.hyperparameters, parameter),
                   config::get(base_hyperparameters(context), parameter)};
  row.changed = row.shown != row.standard;
  if (const auto* value = context.pending.pending(parameter.name)) {
    row.shown = *value;
    row.waiting = true;
  }
  const auto& edit = context.view.of<ParameterEdit>();
  // A row that went away under the pointer is not dragged any more.
  const bool button = ImGui::IsMouseDown(0) || ImGui::IsMouseReleased(0);
  if (button && edit.dragged == row.control("slider").view()) row.shown = edit.drag_value;
  return row;
}

ImU32 value_color(const ParameterRow& row) {
  if (row.waiting) return row.context.theme.attention;
  return row.changed ? row.context.theme.stage_text(core::Stage::Head) : row.context.theme.text;
}

void draw_badge(const ParameterRow& row, const Rect& area) {
  const auto& context = row.context;
  const auto& theme = context.theme;
  ImU32 color = theme.good;
  if (row.parameter.effect == config::Effect::Episode) color = theme.quiet;
  if (row.parameter.effect == config::Effect::Rebuild) color = theme.attention;
  const Rect badge = area.shrunk(0, (area.height() - context.px(16)) / 2);
  auto& list = *ImGui::GetWindowDrawList();
  outline(list, badge, faded(color, 0.6F), context.px(4));
  draw_text_in(list, context.fonts.quiet, badge, color, config::name(row.parameter.effect), Align::Centre);
}

ShortText range_text(const config::Parameter& parameter) {
  ShortText text;
  if (is_number(parameter)) {
    text.add("From ").add(compact(parameter.minimum)).add(" to ").add(compact(parameter.maximum));
    if (parameter.scale == config::Scale::Logarithmic) text.add(", logarithmic");
  } else if (is_switch(parameter)) {
    text.add("On or off");
  } else {
    text.add("One of ");
    for (std::size_t i = 0; i < parameter.choices.size(); ++i) {
      text.add(i == 0 ? "" : ", ").add(parameter.choices[i]);
    }
  }
  return text;
}

std::string_view effect_text(config::Effect effect) {
  switch (effect) {
    case config::Effect::Live:
      return "Takes effect at the next tick.";
    case config::Effect::Episode:
      return "Takes effect at the next episode.";
    case config::Effect::Rebuild:
      break;
  }
  return "Rebuilds; what is kept and what is made anew is told before.";
}

void tell_parameter(const ParameterRow& row) {
  const auto& context = row.context;
  begin_tooltip(context);
  ImGui::PushFont(context.fonts.title);
  ImGui::TextUnformatted(row.parameter.name.data(), row.parameter.name.data() + row.parameter.name.size());
  ImGui::PopFont();
  ImGui::TextUnformatted(row.parameter.help.data(), row.parameter.help.data() + row.parameter.help.size());
  ImGui::PushStyleColor(ImGuiCol_Text, context.theme.quiet);
  ImGui::TextWrapped("%s. %s %s.", range_text(row.parameter).c_str(),
                     context.view.preset.empty() ? "Default" : "Preset", value_text(row.standard).c_str());
  if (const auto conditions = config::conditions(row.parameter); !conditions.empty())
    ImGui::TextWrapped("Applies when %s.", conditions.c_str());
  const auto effect = effect_text(row.parameter.effect);
  ImGui::TextUnformatted(effect.data(), effect.data() + effect.size());
  ImGui::PopStyleColor();
  end_tooltip();
}

void draw_name(const ParameterRow& row, const Rect& area) {
  const auto& context = row.context;
  const auto name = row.control("name");
  const auto state = interact(context, name, area);
  auto text = row.parameter.name;
  // Under its group's heading the group's name may be left away.
  if (const auto dot = text.find('.'); dot != std::string_view::npos) {
    if (text_width(row.font, text) > area.width()) text.remove_prefix(dot + 1);
  }
  draw_text_in(*ImGui::GetWindowDrawList(), row.font, area, context.theme.text, text);
  if (tooltip_due(context, name, state)) tell_parameter(row);
}

/// On to the next value that differs.
void move_by_arrow(const ParameterRow& row, float fraction, int arrow) {
  for (; fraction >= 0 && fraction <= 1; fraction += 0.01F * static_cast<float>(arrow)) {
    const auto value = slider_value(row.parameter, fraction);
    if (value == row.shown) continue;
    request(row.context, row.parameter, value);
    return;
  }
}

void drag_parameter(const ParameterRow& row, const Rect& area) {
  const auto& context = row.context;
  auto& edit = context.view.of<ParameterEdit>();
  const auto name = row.control("slider");
  const auto& parameter = row.parameter;
  const auto slid = draw_slider(context, name, area, slider_fraction(parameter, as_number(row.shown)),
                                slider_fraction(parameter, as_number(row.standard)), context.theme.accent);
  const bool ours = edit.dragged == name.view();
  if (const int arrow = context.view.transient.focus.arrow; arrow != 0 && slid.released && !ours) {
    move_by_arrow(row, slid.fraction, arrow);
    return;
  }
  if (!slid.held && !(slid.released && ours)) return;
  if (!ours) {
    edit.dragged = name.view();
    edit.drag_sent = row.shown;
    edit.drag_value = row.shown;
    edit.drag_sent_at = 0;
  }
  // A press on the thumb that does not move is no change.
  const float moved = std::abs(slid.fraction - slider_fraction(parameter, as_number(edit.drag_sent))) * area.width();
  if (slid.held && (moved > context.px(6) || ImGui::IsMouseDragging(0, 1))) {
    edit.drag_value = slider_value(parameter, slid.fraction);
  }
  const bool differs = edit.drag_value != edit.drag_sent;
  if (slid.held) {
    const double now = ImGui::GetTime();
    if (parameter.effect == config::Effect::Rebuild || !differs) return;
    if (now - edit.drag_sent_at < kSendInterval) {
      auto& wake_at = context.view.transient.wake_at;
      wake_at = std::min(wake_at, edit.drag_sent_at + kSendInterval);
      return;
    }
    edit.drag_sent = edit.drag_value;
    edit.drag_sent_at = now;
    request(context, parameter, edit.drag_value);
    return;
  }
  edit.dragged.clear();
  if (differs) request(context, parameter, edit.drag_value);
}

void draw_parameter_number(const ParameterRow& row, const Rect& area) {
  const auto& context = row.context;
  const auto name = row.control("value");
  const auto state = press(context, name, area);
  auto& list = *ImGui::GetWindowDrawList();
  if (state.hovered) {
    ImGui::SetMouseCursor(ImGuiMouseCursor_TextInput);
    outline(list, area.shrunk(0, context.px(3)), context.theme.line, context.px(4));
  }
  Rect inside = area.shrunk(context.px(4), 0);
  if (row.waiting) {
    draw_icon(list, Icon::Dot, inside.cut_left(context.px(8)).centre(), context.px(8), context.theme.attention);
  }
  draw_text_in(list, context.fonts.number, inside, value_color(row), value_text(row.shown), Align::Right);
  tooltip(context, name, state, "Click to type");
  if (!state.clicked) return;
  auto& edit = context.view.of<ParameterEdit>();
  edit.edited = row.control("field");
  edit.text = config::format(row.shown);
  edit.focus = true;
}

void draw_edit(const ParameterRow& row, const Rect& area) {
  const auto& context = row.context;
  auto& edit = context.view.of<ParameterEdit>();
  const auto field = draw_field(context, row.control("field"), area.shrunk(0, context.px(2)), edit.text,
                                {.mono = true, .focus = edit.focus});
  edit.focus = false;
  if (!field.entered && !field.left && !field.cancelled) return;
  edit.edited.clear();
  if (field.cancelled || edit.text == config::format(row.shown)) return;
  try {
    request(context, row.parameter, config::parse(row.parameter, edit.text));
  } catch (const core::UserError& error) {
    context.pending.refuse(row.parameter.name, error.what());
  }
}

void draw_choices(const ParameterRow& row, const Rect& area) {
  const auto& context = row.context;
  // Which environments there are, the program knows, not the table.
  const bool any_text = row.parameter.choices.empty();
  const auto choices = any_text ? context.environments : std::span<const std::string_view>(row.parameter.choices);
  const auto& shown = std::get<std::string>(row.shown);
  const auto at = std::find(choices.begin(), choices.end(), shown);
  std::optional<std::size_t> chosen;
  if (at != choices.end()) chosen = static_cast<std::size_t>(at - choices.begin());
  const auto picked = draw_choice(context, row.control("choice"), area.shrunk(0, context.px(2)), shown, choices, chosen,
                                  ButtonLook::Quiet, value_color(row));
  if (picked && picked != chosen) request(context, row.parameter, std::string(choices[*picked]));
}

void draw_value(const ParameterRow& row, Rect area) {
  const auto& context = row.context;
  if (is_switch(row.parameter)) {
    const bool on = std::get<bool>(row.shown);
    const Rect toggle = area.cut_right(context.px(32), context.px(8));
    if (draw_switch(context, row.control("switch"), toggle, on)) request(context, row.parameter, !on);
    draw_text_in(*ImGui::GetWindowDrawList(), context.fonts.quiet, area, value_color(row), on ? "on" : "off",
                 Align::Right);
  } else if (!is_number(row.parameter)) {
    draw_choices(row, area);
  } else if (context.view.of<ParameterEdit>().edited == row.control("field").view()) {
    draw_edit(row, area);
  } else {
    const Rect value = area.cut_right(context.px(kNumber), context.px(4));
    drag_parameter(row, area);
    draw_parameter_number(row, value);
  }
}

void draw_parameter_reset(const ParameterRow& row, const Rect& area) {
  if (!row.changed) return;
  const auto& context = row.context;
  ShortText help("Return to ");
  help.add(value_text(row.standard));
  if (draw_button(context, row.control("reset"), area.shrunk(0, context.px(5)),
                  {.icon = Icon::Reset, .look = ButtonLook::Quiet, .tooltip = help})) {
    request(context, row.parameter, row.standard);
  }
}

}  // namespace

float parameter_row_height(const PanelContext& context, const config::Parameter& parameter, float width) {
  const auto* refusal = context.pending.refusal(parameter.name);
  if (refusal == nullptr) return context.px(kParameterRow);
  return context.px(kParameterRow + 8) + wrapped_height(context.fonts.quiet, width - context.px(16), *refusal);
}

void draw_parameter_row(const PanelContext& context, const config::Parameter& parameter, const Rect& area,
                        std::string_view place) {
  ParameterRow row = describe_parameter(context, parameter, place);
  row.font = area.width() < context.px(kRoomy) ? context.fonts.quiet : context.fonts.text;
  Rect below = area;
  Rect rest = below.cut_top(context.px(kParameterRow));
  const Rect badge = rest.cut_right(context.px(kBadge), context.px(4));
  const Rect reset = rest.cut_right(context.px(kReset));
  const Rect value = rest.cut_right(std::max(context.px(kNumber + 44), rest.width() - context.px(172)), context.px(6));
  draw_name(row, rest);
  draw_value(row, value);
  draw_parameter_reset(row, reset);
  draw_badge(row, badge);
  if (const auto* refusal = context.pending.refusal(parameter.name)) {
    auto& list = *ImGui::GetWindowDrawList();
    draw_icon(list, Icon::Warning, {below.min.x + context.px(6), below.min.y + context.px(7)}, context.px(11),
              context.theme.wrong);
    draw_wrapped(list, context.fonts.quiet, {below.min.x + context.px(16), below.min.y}, below.width() - context.px(16),
                 context.theme.wrong, *refusal);
  }
}

}  // namespace qarium::widgets
