#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/env/environment.hpp"
#include "engine/nn/intervention.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::inspect {

struct InterventionStudyRequest {
  std::int64_t episodes = 200;
  std::int64_t step = 0;  ///< the step of each episode before which it is intervened
  std::uint64_t seed = 1;
};

/// A share of the episodes, 0 .. 1.
struct Share {
  std::string what;
  double share = 0;
};

struct InterventionStudyReport {
  std::int64_t episodes = 0;
  std::int64_t step = 0;
  std::vector<std::int64_t> choices;  ///< how many episodes end with each action, untouched
  double mean_return = 0;             ///< untouched

  std::int64_t pairs = 0;      ///< of episodes that end with different actions
  std::vector<Share> follows;  ///< of those, whose choice goes with the exchanged state: all of it, then part by part

  std::vector<int> carriers;         ///< smallest set of slots, as found, without which choices go
  double kept_without_carriers = 0;  ///< share of the choices that stay when these are erased
  double kept_without_random = 0;    ///< mean over random sets of as many slots
  std::int64_t random_sets = 0;
  double kept_when_undone = 0;
  double kept_when_frozen = 0;  ///< nothing written from the first step on
};

/// Whether what an agent remembers decides what it does. The choice of an episode is its last action, as at a maze's
/// junction. Between two episodes of different choices the recurrent state is exchanged, whole and part by part; slots
/// are erased, those that carry the choice found one after another (each the one whose loss, with those before, leaves
/// fewest choices); writes are frozen. Everything acts greedily and with the same random draws of the environment.
/// Throws core::UserError where there is no memory, where no two choices differ, or where episodes are too short.
InterventionStudyReport intervene(const config::Hyperparameters& hyperparameters, agent::Policy& policy,
                                  const InterventionStudyRequest& request);

}  // namespace qarium::inspect
