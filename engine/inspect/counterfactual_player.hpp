#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/intervention.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::inspect {

/// Where two courses begin.
struct CounterfactualStart {
  std::int64_t index = 0;           ///< EpisodeFrame::index
  std::vector<std::byte> state;     ///< of the environment
  agent::RecurrentState untouched;  ///< what the agent carries into the moment
  agent::RecurrentState changed;    ///< and with what is changed of it
  nn::Intervention intervention;    ///< what of it holds on the way
  protocol::Basis basis;
};

/// Plays the rest of an episode twice, untouched and with the intervention, greedily, from the same state of the
/// environment and so with the same random draws. Takes copies of all it needs. No thread in it.
class CounterfactualPlayer {
 public:
  /// At most `limit` steps each.
  CounterfactualPlayer(const config::Hyperparameters& hyperparameters, agent::Policy& policy, CounterfactualStart start,
                       std::int64_t limit);

  /// One step of both. Returns whether there is more to do.
  bool tick();
  const protocol::CounterfactualRollout& result() const { return result_; }

 private:
  struct Side {
    std::unique_ptr<env::Environment> environment;
    agent::RecurrentState recurrent_state;
    nn::Intervention intervention;
  };
  Side side(agent::RecurrentState recurrent_state, nn::Intervention intervention) const;
  void step(Side& side, protocol::Rollout& rollout);

  config::Hyperparameters hyperparameters_;
  CounterfactualStart start_;
  std::int64_t limit_;
  Side untouched_;
  Side changed_;
  std::unique_ptr<agent::Policy> policy_;
  std::vector<std::byte> observation_;
  protocol::CounterfactualRollout result_;
};

}  // namespace qarium::inspect
