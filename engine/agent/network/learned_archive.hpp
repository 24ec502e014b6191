#pragma once
#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"
#include "engine/core/archive.hpp"
#include "engine/core/random.hpp"

/// What checkpoints hold of every family that learns a network, under the names that they have had from the beginning.
namespace qarium::agent {

/// Moments, kind and steps of an optimizer of these parameters.
void save_optimizer(core::Archive& archive, Optimizer& optimizer, const std::vector<nn::ParameterSlice>& slices);
/// Throws core::UserError where they are missing or do not fit.
void restore_optimizer(const core::Archive& archive, Optimizer& optimizer,
                       const std::vector<nn::ParameterSlice>& slices);

/// How far the noise of updates and of acting has been drawn.
void save_noise(core::Archive& archive, const std::string& section, const core::RandomStream& of_updates,
                const core::RandomStream& of_acting);
/// Checkpoints of builds that drew none hold no such section: then both stay as they are.
void restore_noise(const core::Archive& archive, const std::string& section, core::RandomStream& of_updates,
                   core::RandomStream& of_acting);

/// What is remembered of the episodes in progress; nothing where there is no memory.
void save_memories(core::Archive& archive, const RecurrentState& state);
/// Checkpoints of earlier versions hold none: then it stays as it is. Throws core::UserError where it does not fit.
void restore_memories(const core::Archive& archive, RecurrentState& state);

}  // namespace qarium::agent
