#pragma once
#include "widgets/workspace.hpp"

namespace qarium::widgets {

/// One gradient update, transition by transition: what was seen, what both networks say of it, target and loss.
extern const Workspace kUpdateWorkspace;

}  // namespace qarium::widgets
