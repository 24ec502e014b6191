#include "engine/train/realised_value.hpp"

namespace qarium::train {

std::optional<double> realised_value(std::span<const float> rewards, double gamma, bool truncated,
                                     std::span<const std::size_t> ends) {
  double followed = 0;
  double sum = 0;
  double unknown = 1;  // discount of what comes after the last reward
  std::size_t states = 0;
  for (std::size_t i = rewards.size(); i > 0; --i) {
    if (!ends.empty() && ends.back() == i - 1) {
      ends = ends.first(ends.size() - 1);
      followed = unknown = 0;
    }
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
