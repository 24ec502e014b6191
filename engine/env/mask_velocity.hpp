#pragma once
#include "engine/env/observation_wrapper.hpp"

namespace qarium::env {

/// Hides the velocities: those components of the observation (`EnvironmentSpec::velocities`) are 0, so that one
/// observation does not tell where things go, but two do. After the position-only tasks of Ni, Eysenbach and
/// Salakhutdinov 2022, "Recurrent Model-Free RL Can Be a Strong Baseline for Many POMDPs".
class MaskVelocity final : public ObservationWrapper {
 public:
  /// Throws core::UserError for an environment that names no velocities.
  explicit MaskVelocity(std::unique_ptr<Environment> inner);

  void observe(std::span<std::byte> out) const override;
};

}  // namespace qarium::env
