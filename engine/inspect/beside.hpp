#pragma once
#include <cstddef>
#include <memory>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/core/memory_view.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/supposition.hpp"

namespace qarium::inspect {

/// Where two courses begin.
struct BesideStart {
  std::int64_t index = 0;         ///< StageMoment::index
  std::vector<std::byte> state;   ///< of the environment
  agent::Recollection untouched;  ///< what the agent carries into the moment
  agent::Recollection changed;    ///< and with what is changed of it
  core::MemoryChange change;      ///< as the user said it
  nn::Supposition supposition;    ///< what of it holds on the way
  core::Position parameters;
};

/// Plays the rest of an episode twice, untouched and as supposed, greedily, from the same state of the environment and
/// so with the same random draws. Takes copies of all it needs. No thread in it.
class PlayedBeside {
 public:
  /// At most `limit` steps each.
  PlayedBeside(const core::Hyperparameters& hyperparameters, agent::Policy& policy, BesideStart start,
               std::int64_t limit);

  /// One step of both. Returns whether there is more to do.
  bool tick();
  const core::Beside& result() const { return result_; }

 private:
  struct Side {
    std::unique_ptr<env::Environment> environment;
    agent::Recollection recollection;
    nn::Supposition supposition;
  };
  Side side(agent::Recollection recollection, nn::Supposition supposition) const;
  void step(Side& side, core::Course& course);

  core::Hyperparameters hyperparameters_;
  BesideStart start_;
  std::int64_t limit_;
  Side untouched_;
  Side changed_;
  std::unique_ptr<agent::Policy> policy_;
  std::vector<std::byte> observation_;
  core::Beside result_;
};

}  // namespace qarium::inspect
