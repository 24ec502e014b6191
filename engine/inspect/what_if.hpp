#pragma once
#include <cstddef>
#include <span>

#include "engine/agent/policy.hpp"
#include "engine/core/what_if.hpp"
#include "engine/env/environment.hpp"

namespace qarium::inspect {

/// Throws core::UserError where the network has no such head or the observation no such cell.
void require_possible(const core::AttentionChange& change, const env::EnvironmentSpec& spec, int heads);

/// A moment that is judged, with what its agent carries into it.
struct Judged {
  const env::Environment& environment;  ///< names the landmarks
  std::span<const std::byte> observation;
  const agent::Recollection& recollection;
  const agent::Recollection* other = nullptr;  ///< of the moment whose state is exchanged
};

/// Judges one moment twice with the same weights: as it is, and as supposed.
core::WhatIf what_if(agent::Policy& policy, const core::MemoryOptions& options, const Judged& moment,
                     const core::AttentionChange& change, const core::MemoryChange& memory_change = {});

}  // namespace qarium::inspect
