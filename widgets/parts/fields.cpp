#include "widgets/parts/controls.hpp"
#include "widgets/parts/format.hpp"
#include "widgets/parts/imgui_compat.hpp"

namespace qarium::widgets {
namespace {

std::optional<std::size_t> draw_items(const PanelContext& context, std::string_view name, float least_width,
                                      std::span<const std::string_view> items, std::optional<std::size_t> chosen) {
  std::optional<std::size_t> picked;
  auto& list = *ImGui::GetWindowDrawList();
  auto& row_at = context.view.transient.choice_row;
  if (key_pressed(Key::Down, true)) row_at = std::min(row_at + 1, items.size() - 1);
  if (key_pressed(Key::Up, true) && row_at > 0) --row_at;
  if (!ImGui::IsWindowAppearing() && key_pressed(Key::Enter, false)) picked = row_at;
  const float height = context.px(28);
  float width = least_width;
  for (const auto item : items)
    width = std::max(width, text_width(context.fonts.text, item) + context.px(36));
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const ImVec2 corner{origin.x, origin.y + static_cast<float>(i) * height};
    const Rect row{corner, {corner.x + width, corner.y + height}};
    const auto id = ShortText(name).add(".").add(items[i]);
    const auto state = interact(context, id, row);
    if (state.hovered && (ImGui::GetIO().MouseDelta.x != 0 || ImGui::GetIO().MouseDelta.y != 0)) row_at = i;
    if (row_at == i) fill(list, row, context.theme.raised_hover, context.px(4));
    if (chosen == i) {
      draw_icon(list, Icon::Dot, {row.min.x + context.px(12), row.centre().y}, context.px(10), context.theme.accent);
    }
    draw_text_in(list, context.fonts.text, {{row.min.x + context.px(24), row.min.y}, row.max}, context.theme.text,
                 items[i]);
    if (state.clicked) picked = i;
  }
  return picked;
}

}  // namespace

std::optional<std::size_t> draw_choice(const PanelContext& context, std::string_view name, const Rect& area,
                                       std::string_view shown, std::span<const std::string_view> items,
                                       std::optional<std::size_t> chosen, ButtonLook look, ImU32 text_color) {
  const auto state = press(context, name, area);
  const auto& theme = context.theme;
  auto& list = *ImGui::GetWindowDrawList();
  const bool quiet = look == ButtonLook::Quiet;
  if (!quiet || state.hovered) fill(list, area, state.hovered ? theme.raised_hover : theme.raised, context.px(4));
  if (!quiet) outline(list, area, theme.line, context.px(4));
  Rect inside = area.shrunk(context.px(quiet ? 6 : 10), 0);
  const Rect chevron = inside.cut_right(context.px(10));
  inside.max.x -= context.px(4);
  const ImU32 color = text_color != 0 ? text_color : quiet && !state.hovered ? theme.quiet : theme.text;
  draw_text_in(list, quiet ? context.fonts.quiet : context.fonts.text, inside, color, shown,
               quiet ? Align::Right : Align::Left);
  draw_icon(list, Icon::ChevronDown, chevron.centre(), context.px(8), color);

  ImGui::PushID(name.data(), name.data() + name.size());
  if (state.clicked) {
    ImGui::OpenPopup("choice");
    context.view.transient.choice_row = chosen.value_or(0);
  }
  std::optional<std::size_t> picked;
  ImGui::SetNextWindowPos({area.min.x, area.max.y + context.px(4)}, ImGuiCond_Appearing);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(4), context.px(4)));
  const bool open = ImGui::BeginPopup("choice");
  ImGui::PopStyleVar();
  if (open) {
    picked = draw_items(context, name, std::max(area.width() - context.px(8), context.px(60)), items, chosen);
    if (picked || key_pressed(Key::Escape, false)) ImGui::CloseCurrentPopup();
    ImGui::EndPopup();
  }
  ImGui::PopID();
  return picked;
}

FieldResult draw_field(const PanelContext& context, std::string_view name, const Rect& area, std::string& text,
                       const Field& field) {
  char buffer[256] = {};
  text.copy(buffer, sizeof buffer - 1);
  if (context.controls != nullptr) {
    const auto* list = ImGui::GetWindowDrawList();
    context.controls->add(name, area.intersection({list->GetClipRectMin(), list->GetClipRectMax()}), true, true);
  }
  auto& focus = context.view.transient.focus;
  const bool focused = focus.name == name;
  if (focused) focus.area = area;
  ImGui::PushID(name.data(), name.data() + name.size());
  auto* font = field.mono ? context.fonts.number : context.fonts.text;
  ImGui::PushFont(font);
  ImGui::PushStyleVar(ImGuiStyleVar_FramePadding,
                      ImVec2(context.px(8), std::max(0.0F, (area.height() - font->FontSize) / 2)));
  ImGui::SetCursorScreenPos(area.min);
  ImGui::SetNextItemWidth(area.width());
  if (field.focus || (focused && focus.presses)) focus_next_item();
  ImGuiInputTextFlags flags = ImGuiInputTextFlags_AutoSelectAll | ImGuiInputTextFlags_EnterReturnsTrue;
  if (field.numeric) flags |= ImGuiInputTextFlags_CharsScientific;
  const std::string hint(field.hint);
  FieldResult result;
  push_no_tab_stop();
  result.entered = ImGui::InputTextWithHint("##", hint.c_str(), buffer, sizeof buffer, flags);
  pop_no_tab_stop();
  result.active = ImGui::IsItemActive();
  if (ImGui::IsItemDeactivated() && !result.entered) {
    const bool escape = key_pressed(Key::Escape, false);
    result.cancelled = escape;
    result.left = !escape;
  }
  ImGui::PopStyleVar();
  ImGui::PopFont();
  ImGui::PopID();
  text = buffer;
  return result;
}

}  // namespace qarium::widgets
