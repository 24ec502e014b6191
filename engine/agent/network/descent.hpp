#pragma once
#include <span>

#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"

namespace qarium::agent {

/// One step of the optimizer from `slope`, the loss's gradient with respect to the outputs of the policy's last pass,
/// which was given `seen`; both are overwritten at will. Returns the gradient's norm before it is clipped. Throws
/// std::runtime_error where loss or gradient is not finite; the parameters are unchanged then.
double descend(NetworkPolicy& policy, Optimizer& optimizer, double loss, std::span<float> slope, std::span<float> seen,
               const config::Hyperparameters& hyperparameters);

}  // namespace qarium::agent
