#include "widgets/workspaces.hpp"

#include <algorithm>
#include <array>

#include "widgets/attention/attention_workspace.hpp"
#include "widgets/laboratory/laboratory_workspace.hpp"
#include "widgets/learn/learn_workspace.hpp"
#include "widgets/memory/memory_workspace.hpp"
#include "widgets/update/update_workspace.hpp"

namespace qarium::widgets {
namespace {

// clang-format off
constexpr std::array kTable{
    &kLearnWorkspace,
    &kAttentionWorkspace,
    &kMemoryWorkspace,
    &kLaboratoryWorkspace,
    &kUpdateWorkspace,
};
// clang-format on

}  // namespace

std::span<const Workspace* const> workspaces() {
  return kTable;
}

const Workspace* find_workspace(std::string_view id) {
  const auto* const found =
      std::find_if(kTable.begin(), kTable.end(), [&](const auto* workspace) { return workspace->id == id; });
  return found == kTable.end() ? nullptr : *found;
}

const Workspace& shown_workspace(const ViewState& view) {
  const auto* found = find_workspace(view.workspace);
  return found != nullptr ? *found : *kTable.front();
}

}  // namespace qarium::widgets
