#pragma once
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>

#include "engine/env/environment.hpp"

namespace qarium::env::gymnasium {

/// What a worker says of its environment (worker.py writes spaces as one array of numbers), as a spec of ours. `id` is
/// the whole, with "gym:". Throws core::UserError where it makes no sense.
EnvironmentSpec spec_of(const nlohmann::json& description, const std::string& id);

/// Whether observations are pictures: bytes [1 or 3, rows, columns].
bool is_picture(const Box& space);

/// An observation as cells: a picture as it is; of other grids, channel over channel in shades; of a list of numbers, a
/// row of shades between its bounds, or between the least and the greatest of it.
void draw_observation(const Box& space, std::span<const std::byte> observation, protocol::Scene& scene);

}  // namespace qarium::env::gymnasium
