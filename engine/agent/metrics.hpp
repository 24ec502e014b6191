#pragma once
#include <vector>

#include "engine/protocol/metrics.hpp"

/// What several families measure, under the same names and in the same plots.
namespace qarium::agent {

/// Probability of a random action.
protocol::Metric epsilon_metric();
/// Mean over the batch of max_a Q(s, a).
protocol::Metric mean_q_metric();
/// Median and 95th percentile of the size of the TD error.
std::vector<protocol::Metric> td_error_metrics();
/// 2-norm of the gradient before it is clipped to max_grad_norm.
protocol::Metric gradient_norm_metric();

}  // namespace qarium::agent
