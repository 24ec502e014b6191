#include "engine/agent/network/sequence_starts.hpp"

#include <algorithm>

namespace qarium::agent {

torch::Tensor flags(const std::vector<bool>& all) {
  auto rows = torch::empty({static_cast<std::int64_t>(all.size())}, torch::kBool);
  for (std::size_t i = 0; i < all.size(); ++i)
    rows.data_ptr<bool>()[i] = all[i];
  return rows;
}

nn::MemoryState sequence_starts(NetworkPolicy& policy, const RecurrentState& stored,
                                const std::vector<bool>& begins_episode) {
  auto state = policy.network().initial_state(static_cast<std::int64_t>(begins_episode.size()));
  if (std::ranges::find(begins_episode, false) == begins_episode.end()) return state;
  const auto kept = policy.tensors_of(stored);
  const auto begins = flags(begins_episode).to(policy.device());
  for (std::size_t i = 0; i < state.size(); ++i) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(state[i].dim()), 1);
    shape[0] = state[i].size(0);
    state[i] = torch::where(begins.view(shape), state[i], kept[i]);
  }
  return state;
}

}  // namespace qarium::agent
