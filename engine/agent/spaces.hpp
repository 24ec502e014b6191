#pragma once
#include "engine/env/environment.hpp"

namespace qarium::agent {

/// Whether a network and what is kept of the past fit both: the same observations and as many actions.
inline bool same_spaces(const env::EnvironmentSpec& a, const env::EnvironmentSpec& b) {
  return a.observation_space.shape == b.observation_space.shape &&
         a.observation_space.type == b.observation_space.type && a.observation_space.low == b.observation_space.low &&
         a.observation_space.high == b.observation_space.high && a.frames == b.frames &&
         a.action_space.n() == b.action_space.n();
}

}  // namespace qarium::agent
