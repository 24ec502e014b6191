#pragma once
#include "engine/config/hyperparameters.hpp"

namespace qarium::agent {

/// Probability of a random action after this many environment steps: from exploration_initial_eps to
/// exploration_final_eps over exploration_fraction of n_timesteps, in a straight line or by a constant factor a step.
double epsilon(const config::Hyperparameters& hyperparameters, std::int64_t environment_steps);

/// The optimizer's step size after this many environment steps: learning_rate, or in a straight line from it to 0 over
/// n_timesteps.
double learning_rate(const config::Hyperparameters& hyperparameters, std::int64_t environment_steps);

/// Hyperparameters as they are at a moment of learning: with the learning rate that its schedule has come to.
class PresentHyperparameters {
 public:
  /// `hyperparameters` must outlive what is given out, which is valid until the next call.
  const config::Hyperparameters& at(const config::Hyperparameters* hyperparameters, std::int64_t environment_steps) {
    if (hyperparameters->learning_rate_schedule == "constant") return *hyperparameters;
    present_ = *hyperparameters;
    present_.learning_rate = learning_rate(*hyperparameters, environment_steps);
    return present_;
  }

 private:
  config::Hyperparameters present_;
};

/// Importance exponent: from prioritized_replay_beta0 to 1 over n_timesteps (Schaul 2016, section 3.4).
double importance_beta(const config::Hyperparameters& hyperparameters, std::int64_t environment_steps);

}  // namespace qarium::agent
