#pragma once
#include "engine/agent/network/optimizer.hpp"
#include "engine/nn/flat_parameters.hpp"

namespace qarium::agent {

/// Parameters that have the same name and shape in both are copied; the others stay as they were drawn.
void keep_matching(nn::FlatParameters& from, nn::FlatParameters& to);
/// The same with their optimizer's moments.
void keep_matching(nn::FlatParameters& from, Optimizer& from_optimizer, nn::FlatParameters& to,
                   Optimizer& to_optimizer);

}  // namespace qarium::agent
