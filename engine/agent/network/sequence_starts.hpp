#pragma once
#include <torch/torch.h>

#include <vector>

#include "engine/agent/network/network_policy.hpp"

namespace qarium::agent {

/// The states that sequences begin with: where an episode does, the network's own, with gradient where it is learned;
/// elsewhere the row of `stored`.
nn::MemoryState sequence_starts(NetworkPolicy& policy, const RecurrentState& stored,
                                const std::vector<bool>& begins_episode);

/// [B] of booleans.
torch::Tensor flags(const std::vector<bool>& all);

}  // namespace qarium::agent
