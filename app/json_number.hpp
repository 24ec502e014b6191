#pragma once
#include <cmath>
#include <nlohmann/json.hpp>

namespace qarium::app {

/// JSON knows no NaN and no infinity: null stands for them.
inline nlohmann::json json_number(double value) {
  return std::isfinite(value) ? nlohmann::json(value) : nlohmann::json();
}

}  // namespace qarium::app
