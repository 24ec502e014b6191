#include "widgets/folding.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

constexpr std::array kFoldRows{setting::names<&PanelFolds::folded>("folded")};

std::string panel_key(const PanelContext& context, std::string_view title) {
  const auto& workspace = shown_workspace(context.view);
  const auto row = std::find_if(workspace.panels.begin(), workspace.panels.end(),
                                [&](const auto& panel) { return panel.is(title); });
  return std::string(workspace.id).append(".").append(row == workspace.panels.end() ? title : row->titles.front());
}

}  // namespace

constinit const SettingSection kFoldsSection{"panels", kFoldRows};

bool is_folded(const PanelContext& context, std::string_view title) {
  const auto& folded = context.view.of<PanelFolds>().folded;
  return !folded.empty() && !context.view.present.on() && folded.contains(panel_key(context, title));
}

void fold(const PanelContext& context, std::string_view title, bool folds) {
  auto& folded = context.view.of<PanelFolds>().folded;
  if (folds) {
    folded.insert(panel_key(context, title));
  } else {
    folded.erase(panel_key(context, title));
  }
  context.view.transient.wake_at = ImGui::GetTime();
}

float comfort_of(const PanelContext& context, std::string_view title) {
  const auto& comfort = context.view.of<PanelFolds>().comfort;
  const auto found = comfort.find(panel_key(context, title));
  return found == comfort.end() ? 0 : found->second;
}

void note_comfort(const PanelContext& context, std::string_view title, float height) {
  if (!context.view.transient.workspace_scrolls) return;
  auto& noted = context.view.of<PanelFolds>().comfort[panel_key(context, title)];
  const float wanted = std::ceil(height / context.scale);
  if (noted == wanted) return;
  noted = wanted;
  context.view.transient.wake_at = ImGui::GetTime();  // the next frame is laid out with it
}

}  // namespace qarium::widgets
