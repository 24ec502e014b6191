#include "engine/agent/dqn/update_health.hpp"

namespace qarium::agent {

void UpdateHealth::describe(protocol::LearnerHealth& health) const {
  health.updates = static_cast<std::int64_t>(entries_.size());
  if (entries_.empty()) return;
  double mean_q = 0;
  double spread = 0;
  double clipped = 0;
  for (const auto& entry : entries_) {
    mean_q += static_cast<double>(entry.mean_q);
    spread += static_cast<double>(entry.q_spread);
    clipped += entry.clipped ? 1 : 0;
  }
  const auto n = static_cast<double>(entries_.size());
  health.mean_max_q = mean_q / n;
  health.q_spread = spread / n;
  health.clipped = clipped / n;
}

}  // namespace qarium::agent
