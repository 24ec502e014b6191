#include "widgets/dialogs/dialog.hpp"

#include <algorithm>
#include <array>

#include "widgets/actions.hpp"
#include "widgets/parts/controls.hpp"
#include "widgets/parts/imgui_compat.hpp"

namespace qarium::widgets {

DialogScope::DialogScope(const PanelContext& context, const char* id, ImVec2 size, bool modal, ImVec2 at)
    : context_(context) {
  auto& transient = context.view.transient;
  const bool opens = transient.dialog_opens;
  if (opens) ImGui::OpenPopup(id);
  transient.dialog_opens = false;
  const ImVec2 display = ImGui::GetIO().DisplaySize;
  content_ = context.px(size.y);
  const ImVec2 fitted{std::min(context.px(size.x), display.x - context.px(16)),
                      std::min(content_, display.y - context.px(16))};
  const float margin = context.px(8);
  const ImVec2 corner = modal ? (display - fitted) * 0.5F
                              : ImVec2(std::clamp(at.x, margin, std::max(margin, display.x - fitted.x - margin)),
                                       std::clamp(at.y, margin, std::max(margin, display.y - fitted.y - margin)));
  ImGui::SetNextWindowPos(corner);
  ImGui::SetNextWindowSize(fitted);
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(context.px(20), context.px(16)));
  const auto flags = ImGuiWindowFlags_NoTitleBar | ImGuiWindowFlags_NoResize | ImGuiWindowFlags_NoMove |
                     ImGuiWindowFlags_NoSavedSettings;
  open_ = modal ? ImGui::BeginPopupModal(id, nullptr, flags) : ImGui::BeginPopup(id, flags);
  ImGui::PopStyleVar();
  if (!open_) {
    close_dialog(context);
    return;
  }
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  const float padding = context.px(32);
  inside_ = {origin, {origin.x + fitted.x - context.px(40), origin.y + content_ - padding}};
  if (modal) outline(*ImGui::GetWindowDrawList(), {corner, corner + fitted}, context.theme.line, context.px(6));
  if (!opens && key_pressed(Key::Escape, false)) close();
}

DialogScope::~DialogScope() {
  if (!open_) return;
  ImGui::SetCursorScreenPos({inside_.min.x, inside_.max.y - 1});
  ImGui::Dummy({1, 1});
  if (closing_) {
    ImGui::CloseCurrentPopup();
    // The answer may have opened another dialog.
    if (!context_.view.transient.dialog_opens) close_dialog(context_);
  }
  ImGui::EndPopup();
}

void DialogScope::close() {
  closing_ = true;
}

Rect draw_dialog_title(const PanelContext& context, const Rect& inside, std::string_view title, ImU32 mark) {
  Rect rest = inside;
  Rect head = rest.cut_top(context.px(24), context.px(10));
  auto& list = *ImGui::GetWindowDrawList();
  const Rect square = head.cut_left(context.px(10), context.px(10));
  const ImVec2 half{context.px(5), context.px(5)};
  fill(list, {square.centre() - half, square.centre() + half}, mark, context.px(2));
  draw_text_in(list, context.fonts.heading, head, context.theme.text, title);
  return rest;
}

Answer draw_answer(const PanelContext& context, const Rect& inside, std::string_view place, const Answers& answers) {
  Rect row = inside;
  row = row.cut_bottom(context.px(32));
  struct Choice {
    std::string_view part;
    Answer answer;
    Button button;
  };
  const std::array<Choice, 3> choices{
      {{"agree",
        Answer::Agreed,
        {.label = answers.agree, .look = ButtonLook::Primary, .enabled = answers.possible, .key = "Enter"}},
       {"other", Answer::Other, {.label = answers.other, .key = "T"}},
       {"cancel", Answer::Refused, {.label = "Cancel", .key = "Esc"}}}};
  const auto shown = [](const Choice& choice) { return !choice.button.label.empty(); };
  float needed = 0;
  for (const auto& choice : choices)
    needed += shown(choice) ? button_width(context, choice.button) + context.px(8) : 0;
  const float squeezed = std::min(1.0F, row.width() / (needed - context.px(8)));
  Answer answer = Answer::None;
  for (const auto& choice : choices) {
    if (!shown(choice)) continue;
    const Rect place_for = row.cut_right(squeezed * button_width(context, choice.button), squeezed * context.px(8));
    if (draw_button(context, std::string(place).append(".").append(choice.part), place_for, choice.button))
      answer = choice.answer;
  }
  // The key that opened the dialog does not answer it.
  if (ImGui::IsWindowAppearing() || ImGui::IsAnyItemActive()) return answer;
  // Enter is the focused button's.
  if (!context.view.transient.focus.name.empty()) return answer;
  if (answers.possible && key_pressed(Key::Enter, false)) answer = Answer::Agreed;
  if (!answers.other.empty() && key_pressed(Key::T, false)) answer = Answer::Other;
  return answer;
}

}  // namespace qarium::widgets
