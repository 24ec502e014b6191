#pragma once
#include <span>
#include <string>

#include "engine/agent/network/network_policy.hpp"

namespace qarium::agent {

/// Where numbers went wrong, in words that name the first block where they did: for the error of an update whose loss
/// or gradient is not finite. `observations` [n, ...] are those that it learned from, as numbers; the parameters are
/// those before it.
std::string describe_divergence(NetworkPolicy& policy, std::span<float> observations);

}  // namespace qarium::agent
