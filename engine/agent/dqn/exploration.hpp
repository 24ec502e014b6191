#pragma once
#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/position.hpp"

namespace qarium::agent {

/// Probability of a random action after this many environment steps: from exploration_initial_eps to
/// exploration_final_eps over exploration_fraction of n_timesteps, in a straight line or by a constant factor a step.
double epsilon(const config::Hyperparameters& hyperparameters, std::int64_t environment_steps);

/// Importance exponent: from prioritized_replay_beta0 to 1 over n_timesteps (Schaul 2016, section 3.4).
double importance_beta(const config::Hyperparameters& hyperparameters, std::int64_t environment_steps);

}  // namespace qarium::agent
