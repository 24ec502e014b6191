#pragma once
#include <span>
#include <vector>

#include "engine/agent/rollout/rollout.hpp"

namespace qarium::agent {

/// Peng's Q(lambda) of each step of a full rollout [steps, environments], not cut at exploratory actions (Gallici 2024,
/// section 4): G = r + gamma (1 - terminal) (lambda G' + (1 - lambda) max_a Q(s', a)), with max_a Q alone at the
/// rollout's end. A truncated episode's max_a Q is that of its own final observation, and G is cut there.
/// RolloutStep::value and `last_values` [environments] are max_a Q.
std::vector<float> lambda_returns(const Rollout& rollout, std::span<const float> last_values, double gamma,
                                  double lambda);

}  // namespace qarium::agent
