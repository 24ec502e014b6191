#include "widgets/workspace_scope.hpp"

#include <imgui.h>

#include <algorithm>

namespace qarium::widgets {

WorkspaceScope::WorkspaceScope(const PanelContext& context, const Rect& area, float wanted, float comfortable)
    : inside_(area), scrolls_(area.height() / context.scale + 1 < wanted) {  // 1 pixel of grace: sizes are rounded
  context.view.transient.workspace_scrolls = scrolls_;
  if (!scrolls_) return;
  ImGui::SetCursorScreenPos(area.min);
  ImGui::BeginChild("workspace", area.size(), false);
  const ImVec2 origin = ImGui::GetCursorScreenPos();
  inside_ = {origin, {origin.x + area.width() - context.px(12), origin.y + context.px(std::max(wanted, comfortable))}};
}

WorkspaceScope::~WorkspaceScope() {
  if (!scrolls_) return;
  ImGui::SetCursorScreenPos({inside_.min.x, inside_.max.y - 1});
  ImGui::Dummy({1, 1});
  ImGui::EndChild();
}

}  // namespace qarium::widgets
