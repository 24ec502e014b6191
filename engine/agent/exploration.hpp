#pragma once
#include <cstdint>
#include <optional>

#include "engine/core/random.hpp"

namespace qarium::agent {

/// With probability epsilon an action drawn from all; else none, and the greedy one is taken. Both draws are always
/// made, so that epsilon decides what is used of them but never shifts what follows.
inline std::optional<int> random_action(core::RandomStream& stream, double epsilon, int actions) {
  const bool explores = stream.uniform() < epsilon;
  const auto action = static_cast<int>(stream.below(static_cast<std::uint32_t>(actions)));
  return explores ? std::optional(action) : std::nullopt;
}

}  // namespace qarium::agent
