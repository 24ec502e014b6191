#pragma once
#include "engine/protocol/snapshot.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::train {

/// What the Replay panel shows: fill, histograms of age and reward, and the last minibatch as pictures. `view` keeps
/// its memory between calls. Samples that have been overwritten since are left out.
void describe_replay(TrainLoop& loop, protocol::ReplayView& view);

}  // namespace qarium::train
