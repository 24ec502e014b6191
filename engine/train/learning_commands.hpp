#pragma once
#include <string>

#include "engine/protocol/commands.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

/// Applies to the loop what a command changes of learning, and says what was done. Commands that change nothing of it
/// do nothing here. Throws core::UserError, and then nothing is changed.
std::string apply(const protocol::TrainerCommand& command, TrainLoop& loop);

}  // namespace qarium::train
