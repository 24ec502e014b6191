#pragma once
#include <cstdint>

namespace qarium::protocol {

/// A place in learning time: transitions taken from the environments, and gradient updates made.
struct Position {
  std::int64_t environment_steps = 0;
  std::int64_t updates = 0;
  friend bool operator==(const Position&, const Position&) = default;
};

}  // namespace qarium::protocol
