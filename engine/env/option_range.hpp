#pragma once
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"

namespace qarium::env {

/// `value` as an int, where the table's row `name` allows it. Throws core::UserError naming the row, the value and the
/// range otherwise. For options that decide how much memory a state or an observation takes.
inline int within_range(std::string_view name, std::int64_t value) {
  config::Hyperparameters scratch;
  config::set(scratch, name, value);
  return static_cast<int>(value);
}

/// The same of a real number.
inline double within_range(std::string_view name, double value) {
  config::Hyperparameters scratch;
  config::set(scratch, name, value);
  return value;
}

}  // namespace qarium::env
