#pragma once
#include <span>
#include <vector>

#include "engine/agent/rollout/rollout.hpp"

namespace qarium::agent {

/// Of each step of a full rollout [steps, environments].
struct Advantages {
  std::vector<float> advantages;
  std::vector<float> returns;  ///< advantage + V(s): what the critic learns
};

/// Generalised advantage estimation (Schulman 2016, equation 16): delta = r + gamma (1 - terminal) V(s') - V(s),
/// A = delta + gamma lambda A', whose last part ends with the episode. A truncated episode's V(s') is that of its own
/// final observation. `last_values` [environments]: V of the observations after the last step.
Advantages generalised_advantages(const Rollout& rollout, std::span<const float> last_values, double gamma,
                                  double lambda);

/// 1 - Var(returns - values) / Var(returns): 1 where the critic foresaw all, below 0 where its mean would have been
/// better; NaN where all returns are equal.
double explained_variance(const Rollout& rollout, std::span<const float> returns);

}  // namespace qarium::agent
