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
  const auto& folds = context.view.of<PanelFolds>();
  if (context.view.present.on() || (folds.folded.empty() && folds.crowded.empty())) return false;
  const auto key = panel_key(context, title);
  return folds.folded.contains(key) || folds.crowded.contains(key);
}

void fold(const PanelContext& context, std::string_view title, bool folds) {
  auto& state = context.view.of<PanelFolds>();
  const auto key = panel_key(context, title);
  std::erase(state.opened, key);
  if (folds) {
    state.folded.insert(key);
  } else {
    state.folded.erase(key);
    if (state.crowded.contains(key)) state.opened.push_back(key);
  }
  context.view.transient.wake_at = ImGui::GetTime();
}

std::size_t opened_at(const PanelContext& context, std::string_view title) {
  const auto& opened = context.view.of<PanelFolds>().opened;
  const auto found = std::find(opened.begin(), opened.end(), panel_key(context, title));
  return found == opened.end() ? 0 : static_cast<std::size_t>(found - opened.begin()) + 1;
}

void fold_for_room(const PanelContext& context, std::string_view title, bool folds) {
  auto& crowded = context.view.of<PanelFolds>().crowded;
  if (folds) {
    crowded.insert(panel_key(context, title));
  } else {
    crowded.erase(panel_key(context, title));
  }
}

void unfold_for_room(const PanelContext& context) {
  context.view.of<PanelFolds>().crowded.clear();
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
