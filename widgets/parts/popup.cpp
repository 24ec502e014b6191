#include "widgets/parts/popup.hpp"

namespace qarium::widgets {

Popup::Popup(const PanelContext& context, const char* id, const Rect& page) {
  ImGui::SetNextWindowPos(page.min);
  ImGui::SetNextWindowSize(page.size());
  ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, ImVec2(0, 0));
  ImGui::Begin(id, nullptr,
               ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                   ImGuiWindowFlags_NoFocusOnAppearing);
  ImGui::PopStyleVar();
  auto& list = *ImGui::GetWindowDrawList();
  fill(list, page, context.theme.panel, context.px(6));
  outline(list, page, context.theme.line, context.px(6));
}

Popup::~Popup() {
  ImGui::End();
}

bool clicked_elsewhere(const Rect& page) {
  return ImGui::IsMouseClicked(0) && !page.contains(ImGui::GetIO().MousePos);
}

}  // namespace qarium::widgets
