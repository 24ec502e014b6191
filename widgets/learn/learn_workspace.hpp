#pragma once
#include "widgets/workspace.hpp"

namespace qarium::widgets {

/// Stage and action values, curves and replay, hyperparameters: beside each other where there is room; in a small
/// window, or a large scale, the hyperparameters below the others, or all below each other, and the whole scrolls.
extern const Workspace kLearnWorkspace;

}  // namespace qarium::widgets
