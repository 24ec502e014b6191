#include "engine/train/realised_value.hpp"

#include <cstddef>

namespace qarium::train {

std::optional<double> realised_value(std::span<const float> rewards, double gamma, bool truncated) {
  double followed = 0;
  double sum = 0;
  double unknown = 1;  // discount of what comes after the last reward
  std::size_t states = 0;
  for (std::size_t i = rewards.size(); i > 0; --i) {
    followed = static_cast<double>(rewards[i - 1]) + gamma * followed;
    unknown *= gamma;
    if (truncated && unknown > kUnknown) continue;
    sum += followed;
    ++states;
  }
  if (states == 0) return std::nullopt;
  return sum / static_cast<double>(states);
}

}  // namespace qarium::train
