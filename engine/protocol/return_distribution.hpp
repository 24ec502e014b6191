#pragma once
#include <cstdint>
#include <vector>

namespace qarium::protocol {

/// What an agent expects of each action's return, as a distribution: probabilities of atoms at equal distances (C51),
/// or quantiles of one probability each (QR-DQN, IQN).
struct ReturnDistribution {
  bool categorical = false;
  std::int64_t actions = 0;
  float v_min = 0;  ///< least and greatest atom
  float v_max = 0;
  std::vector<float> numbers;  ///< [actions, N]: probabilities, or quantiles
  std::int64_t of_action() const { return static_cast<std::int64_t>(numbers.size()) / actions; }
};

}  // namespace qarium::protocol
