#include "engine/env/mask_velocity.hpp"

#include <algorithm>
#include <cassert>

#include "engine/core/error.hpp"

namespace qarium::env {

MaskVelocity::MaskVelocity(std::unique_ptr<Environment> inner) : ObservationWrapper(std::move(inner)) {
  if (spec_.velocities.empty()) {
    throw core::UserError("environment.mask_velocity = true: " + spec_.id +
                          " observes no velocities that could be hidden; set it to false, or choose a task that has "
                          "some, such as CartPole-v1");
  }
  assert(spec_.observation_space.type == ScalarType::Float32);
}

void MaskVelocity::observe(std::span<std::byte> out) const {
  ObservationWrapper::observe(out);
  for (const auto i : spec_.velocities)
    std::ranges::fill(out.subspan(i * sizeof(float), sizeof(float)), std::byte{0});
}

}  // namespace qarium::env
