#pragma once
#include <functional>

#include "engine/protocol/laboratory.hpp"

namespace qarium::widgets {

/// How an experiment becomes settings; a model that the program fills. Without it the defaults are taken.
struct LaboratoryPlan {
  std::function<protocol::LaboratoryOptions(const protocol::LaboratoryExperiment&)> options_of;
};

}  // namespace qarium::widgets
