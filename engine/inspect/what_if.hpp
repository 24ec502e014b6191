#pragma once
#include <cstddef>
#include <span>

#include "engine/agent/policy.hpp"
#include "engine/core/attention_view.hpp"
#include "engine/env/environment.hpp"

namespace qarium::inspect {

/// Throws core::UserError where the network has no such head or the observation no such cell.
void require_possible(const core::AttentionChange& change, const env::EnvironmentSpec& spec, int heads);

/// Judges one state twice with the same weights and recollection: as it is, and as supposed. `environment` names the
/// landmarks.
core::WhatIf what_if(agent::Policy& policy, const env::Environment& environment, std::span<const std::byte> observation,
                     const core::AttentionChange& change, const agent::Recollection& recollection);

}  // namespace qarium::inspect
