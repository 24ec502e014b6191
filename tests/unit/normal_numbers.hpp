#pragma once
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace qarium::tests {

/// Normally distributed, of single precision whatever they are kept as.
template <class Number>
std::vector<Number> normal_numbers(std::int64_t n, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> spread;
  std::vector<Number> values(static_cast<std::size_t>(n));
  for (auto& value : values)
    value = static_cast<Number>(spread(random));
  return values;
}

}  // namespace qarium::tests
