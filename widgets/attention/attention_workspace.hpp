#pragma once
#include "widgets/workspace.hpp"

namespace qarium::widgets {

/// The frame under attention and action values, heads and whether their picture is faithful, the matrix of the tokens
/// where there is one: beside each other, or below each other, as in the Learn workspace.
extern const Workspace kAttentionWorkspace;

}  // namespace qarium::widgets
