#include "engine/agent/schedules.hpp"

#include <algorithm>
#include <cmath>

namespace qarium::agent {
namespace {

double progress(std::int64_t steps, double whole) {
  return whole <= 0 ? 1.0 : std::min(1.0, static_cast<double>(steps) / whole);
}

}  // namespace

double epsilon(const config::Hyperparameters& h, std::int64_t environment_steps) {
  if (config::layers_of(h).noisy) return 0;
  const double done = progress(environment_steps, h.exploration_fraction * static_cast<double>(h.n_timesteps));
  if (h.exploration_schedule == "exponential") {
    if (h.exploration_initial_eps <= 0) return 0;
    return h.exploration_initial_eps * std::pow(h.exploration_final_eps / h.exploration_initial_eps, done);
  }
  return h.exploration_initial_eps + (h.exploration_final_eps - h.exploration_initial_eps) * done;
}

double learning_rate(const config::Hyperparameters& h, std::int64_t environment_steps) {
  if (h.learning_rate_schedule != "linear") return h.learning_rate;
  return h.learning_rate * (1 - progress(environment_steps, static_cast<double>(h.n_timesteps)));
}

double importance_beta(const config::Hyperparameters& h, std::int64_t environment_steps) {
  const double done = progress(environment_steps, static_cast<double>(h.n_timesteps));
  return h.prioritized_replay_beta0 + (1 - h.prioritized_replay_beta0) * done;
}

}  // namespace qarium::agent
