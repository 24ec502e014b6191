#pragma once
#include <cstdint>
#include <string>

#include "engine/protocol/intervention.hpp"
#include "engine/protocol/position.hpp"

namespace qarium::protocol {

/// What a measured or computed result rests on. Every result that can be seen for longer than a moment carries its
/// own, and the stage tells that of what it shows now (StageSnapshot::basis); where the two differ the result is no
/// longer about what is on the screen, and says so. Numbers that count begin at 1; 0 is "none".
struct Basis {
  std::uint64_t environment = 0;  ///< counts environments: another id, option or seed has another number
  std::string environment_id;     ///< "CartPole-v1"
  std::uint64_t network = 0;      ///< counts networks: another structure, or learning begun anew
  std::uint64_t weights = 0;      ///< counts the weights that were looked at: the same number, the same values
  Position position;              ///< where learning stood with them
  std::uint64_t frame = 0;        ///< EpisodeFrame::id; 0: of no single moment
  std::int64_t episode = 0;       ///< of that moment, for words
  std::int64_t step = 0;
  AttentionChange attention;  ///< the intervention
  MemoryChange memory;
};

/// What of a result's basis is no longer so.
struct Outdated {
  bool environment = false;
  bool network = false;
  bool weights = false;
  bool moment = false;
  bool intervention = false;
  bool any() const { return environment || network || weights || moment || intervention; }
  friend bool operator==(const Outdated&, const Outdated&) = default;
};

/// Compares what a result rests on with what is shown now. A result of no single moment is true at all of them.
inline Outdated outdated(const Basis& result, const Basis& shown) {
  return {.environment = result.environment != shown.environment,
          .network = result.network != shown.network,
          .weights = result.weights != shown.weights,
          .moment = result.frame != 0 && result.frame != shown.frame,
          .intervention = result.attention != shown.attention || result.memory != shown.memory};
}

}  // namespace qarium::protocol
