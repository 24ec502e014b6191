#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qarium::protocol {

/// How a critic with attention came to V(s) at one moment: V = sum of weights times values, over the episode's last
/// states, oldest first, the present one last. At an episode's start they are fewer than its window.
struct CriticView {
  std::vector<float> weights;       ///< alpha, which sum to 1
  std::vector<float> state_values;  ///< v of each state, as the present weights value it
  int window = 0;                   ///< K: states that it may weigh

  /// V(s).
  float value() const {
    double sum = 0;
    for (std::size_t k = 0; k < weights.size(); ++k)
      sum += static_cast<double>(weights[k]) * state_values[k];
    return static_cast<float>(sum);
  }
};

}  // namespace qarium::protocol
