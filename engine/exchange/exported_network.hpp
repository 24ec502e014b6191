#pragma once
#include "engine/agent/policy.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/core/archive.hpp"
#include "engine/env/environment.hpp"

namespace qarium::exchange {

/// A trained network, as others are told of it.
struct ExportedNetwork {
  const config::Hyperparameters& hyperparameters;
  const env::EnvironmentSpec& spec;
  agent::Policy& policy;
  const core::Archive& checkpoint;  ///< that the policy was restored from
};

}  // namespace qarium::exchange
