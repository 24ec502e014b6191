#pragma once
#include "widgets/workspace.hpp"

namespace qarium::widgets {

/// The tasks of the NTM paper: what learns and how far it is; answer and the memory's pictures; the memory at one step.
extern const Workspace kLaboratoryWorkspace;

}  // namespace qarium::widgets
