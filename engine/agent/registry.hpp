#pragma once
#include "engine/agent/family.hpp"

namespace qarium::agent {

// What each family defines in its folder.
#define QARIUM_FAMILY(name, make_learner, make_policy, outputs) \
  MakeLearner make_learner;                                     \
  MakePolicy make_policy;
#include "engine/agent/families.inc"

}  // namespace qarium::agent
