#pragma once
#include <cstdint>

#include "engine/protocol/position.hpp"

namespace qarium::protocol {

/// What learning can be advanced by. Rollout: up to where updates are due next.
enum class Unit { EnvironmentStep, Update, Episode, Rollout };

/// What an advance by hand brought about, others units among it.
struct StepReport {
  std::uint64_t number = 0;  ///< counts them; 0 = none yet
  Unit unit = Unit::EnvironmentStep;
  Position done;  ///< environment steps and updates made
  std::int64_t episodes = 0;
};

}  // namespace qarium::protocol
