#include "engine/agent/metrics.hpp"

namespace qarium::agent {

protocol::Metric epsilon_metric() {
  return {.name = "epsilon",
          .plot = "Epsilon",
          .unit = "probability",
          .tag = "charts/epsilon",
          .help = "Probability of a random action while learning.",
          .low = 0,
          .high = 1,
          .style = protocol::MetricStyle::Exact};
}

protocol::Metric mean_q_metric() {
  return {.name = "mean_q",
          .plot = "Mean max Q",
          .tag = "losses/q_values",
          .help =
              "Value of the best action, mean over the states of the batch; fainter the discounted return that "
              "followed in training episodes. Above it: overestimated, or explored too much to earn it.",
          .estimates = "realised_value"};
}

std::vector<protocol::Metric> td_error_metrics() {
  return {{.name = "td_error_p50",
           .plot = "|TD error|",
           .label = "p50",
           .tag = "losses/td_error_p50",
           .help = "Size of the TD error in the batch: its median, and fainter its 95th percentile.",
           .low = 0},
          {.name = "td_error_p95",
           .plot = "|TD error|",
           .label = "p95",
           .tag = "losses/td_error_p95",
           .help = "95th percentile of the size of the TD error in the batch.",
           .low = 0}};
}

protocol::Metric gradient_norm_metric() {
  return {.name = "gradient_norm",
          .plot = "Gradient norm",
          .tag = "losses/gradient_norm",
          .help = "2-norm of the gradient before it is clipped; the line is where it is.",
          .low = 0,
          .order = 1,
          .level = "max_grad_norm"};
}

}  // namespace qarium::agent
