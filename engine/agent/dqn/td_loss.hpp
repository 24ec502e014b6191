#pragma once
#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace qarium::agent {

/// Loss of one TD error and its derivative.
struct Loss {
  float value;
  float slope;
};

/// Huber with threshold 1.
inline Loss huber(float error) {
  const float size = std::abs(error);
  if (size <= 1) return {0.5F * error * error, error};
  return {size - 0.5F, error > 0 ? 1.0F : -1.0F};
}

/// Half the square.
inline Loss squared(float error) {
  return {0.5F * error * error, error};
}

/// By the hyperparameter `loss`.
inline Loss (*td_loss(std::string_view name))(float) {
  return name == "huber" ? huber : squared;
}

/// The order statistic at share `at` of 0..1; reorders the values.
inline float quantile(std::vector<float>& values, double at) {
  const auto place = static_cast<std::size_t>(std::lround(at * static_cast<double>(values.size() - 1)));
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(place), values.end());
  return values[place];
}

}  // namespace qarium::agent
