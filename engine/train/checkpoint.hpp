#pragma once
#include <string>

#include "engine/agent/policy.hpp"
#include "engine/core/archive.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

/// A checkpoint is a safetensors file: the policy's weights under their own names ("encoder.linear0.weight"), what else
/// its learner goes on with (a DQN's target network under "target/", the optimizer's moments under "optimizer/"), and
/// the episodes in progress with what is remembered of them under "episodes/"; the configuration as TOML and the
/// counters stand in its metadata. What it takes to go on exactly stands in its sections, what is in replay in its
/// experience: run::RunDirectory writes them beside the weights.

core::Archive make_checkpoint(TrainLoop& loop);

/// The hyperparameters that a checkpoint was trained with. Throws core::UserError naming `source`.
config::Hyperparameters checkpoint_hyperparameters(const core::Archive& checkpoint, const std::string& source);

/// Configures the loop as the checkpoint says and restores all of it. Throws core::UserError and leaves the loop as it
/// was where the checkpoint does not fit.
void load_checkpoint(const core::Archive& checkpoint, const std::string& source, TrainLoop& loop);

/// The same from the trained agent that ships for this preset. Where its training is over, learning can go on for as
/// many steps again.
void load_trained_agent(const std::string& preset, TrainLoop& loop);

/// Of the policy's parameters: equal parameters, equal digest.
std::string parameter_digest(agent::Policy& policy);

}  // namespace qarium::train
