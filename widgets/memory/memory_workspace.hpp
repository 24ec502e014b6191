#pragma once
#include "widgets/workspace.hpp"

namespace qarium::widgets {

/// Stage, action values and the addressing chain; the episode's pictures, and the counterfactual rollout; the memory
/// now and interventions on it: beside each other, or below each other, as in the Learn workspace.
extern const Workspace kMemoryWorkspace;

}  // namespace qarium::widgets
