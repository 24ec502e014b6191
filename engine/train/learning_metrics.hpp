#pragma once
#include "engine/protocol/metrics.hpp"

namespace qarium::train {

/// What learning with a DQN reports over time, by its places in a table.
struct LearningMetrics {
  /// Registers them.
  explicit LearningMetrics(protocol::MetricTable& table);

  protocol::MetricId episode_return, episode_length, loss, mean_q, td_error_p50, td_error_p95, epsilon, gradient_norm,
      steps_per_second, evaluation_return;
};

}  // namespace qarium::train
