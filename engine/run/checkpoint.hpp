#pragma once
#include <filesystem>
#include <string>

#include "engine/run/safetensors.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::run {

/// A checkpoint is a safetensors file: the online network's weights under their own names ("encoder.linear0.weight"),
/// the target network's under "target/", the optimizer's moments under "optimizer/mean/" and "optimizer/square/" (and
/// "optimizer/velocity/" where RMSprop had momentum), the episodes in progress with what is remembered of them under
/// "episodes/"; the configuration as TOML and the counters stand in its metadata. Replay is not part of it.

Safetensors make_checkpoint(train::TrainLoop& loop);

/// The hyperparameters that a checkpoint was trained with. Throws core::UserError naming `source`.
config::Hyperparameters checkpoint_hyperparameters(const Safetensors& checkpoint, const std::string& source);

/// Copies the online weights alone. Throws core::UserError where an array is missing or has another shape.
void load_weights(const Safetensors& checkpoint, nn::FlatParameters& parameters, const std::string& prefix = "");

/// Configures the loop as the checkpoint says and restores networks, moments, counters and episodes in progress.
/// Throws core::UserError and leaves the loop as it was where the checkpoint does not fit.
void load_checkpoint(const Safetensors& checkpoint, const std::string& source, train::TrainLoop& loop);

/// The same from the trained agent that ships for this preset. Where its training is over, n_timesteps becomes twice as
/// many, so that learning can go on.
void load_trained_agent(const std::string& preset, train::TrainLoop& loop);

/// FNV-1a over the bytes of the online parameters, 16 hexadecimal digits: equal parameters, equal digest.
std::string parameter_digest(nn::FlatParameters& parameters);

}  // namespace qarium::run
