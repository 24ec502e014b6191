#pragma once
#include <span>
#include <string_view>

#include "widgets/workspace.hpp"

namespace qarium::widgets {

/// Every workspace, in the order of their tabs.
std::span<const Workspace* const> workspaces();

/// Null where there is none of this id.
const Workspace* find_workspace(std::string_view id);
/// The one that the view names, or the first.
const Workspace& shown_workspace(const ViewState& view);

}  // namespace qarium::widgets
