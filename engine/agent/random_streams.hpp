#pragma once
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/core/random.hpp"

namespace qarium::agent {

/// A stream of the run; what `index` counts is said by the purpose.
inline core::RandomStream run_stream(const config::Hyperparameters& h, core::Purpose purpose, std::uint32_t index = 0) {
  return {static_cast<std::uint64_t>(h.seed), purpose, index};
}

/// Of Purpose::Noise.
inline constexpr std::uint32_t kUpdateNoise = 0;
inline constexpr std::uint32_t kActingNoise = 1;

/// What each environment's exploratory actions are drawn from, [n_envs].
inline std::vector<core::RandomStream> exploration_streams(const config::Hyperparameters& h) {
  std::vector<core::RandomStream> streams;
  streams.reserve(static_cast<std::size_t>(h.n_envs));
  for (std::int64_t i = 0; i < h.n_envs; ++i)
    streams.push_back(run_stream(h, core::Purpose::Exploration, static_cast<std::uint32_t>(i)));
  return streams;
}

}  // namespace qarium::agent
