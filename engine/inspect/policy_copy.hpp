#pragma once
#include <memory>

#include "engine/agent/policy.hpp"

namespace qarium::inspect {

/// The same network on the CPU, to be looked into while the other goes on.
inline std::unique_ptr<agent::Policy> copy_of(agent::Policy& policy, const config::Hyperparameters& hyperparameters,
                                              const env::EnvironmentSpec& spec) {
  auto copied = std::make_unique<agent::Policy>(hyperparameters, spec, torch::kCPU);
  const torch::NoGradGuard no_grad;
  copied->parameters().values().copy_(policy.parameters().values());
  return copied;
}

}  // namespace qarium::inspect
