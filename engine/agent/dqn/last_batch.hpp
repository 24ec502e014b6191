#pragma once
#include <cstdint>
#include <vector>

#include "engine/agent/replay/replay_buffer.hpp"
#include "engine/core/bytes.hpp"

namespace qarium::agent {

/// The minibatch of the last update, for whoever wants to look.
struct LastBatch {
  std::vector<Transition> steps;
  std::vector<float> q;        ///< Q(s, a)
  std::vector<float> targets;  ///< y
  bool rescaled = false;       ///< both on the scale of h
  bool double_q = false;
  std::vector<float> losses;  ///< before the importance weights
  bool made = false;          ///< the update was made: it did not diverge

  // By action, [n, A], all at the update; of distributions their means.
  std::vector<float> values;       ///< Q(s, .) of the online network
  std::vector<float> next_online;  ///< Q(s', .) of it; empty where it was not asked
  std::vector<float> next_target;  ///< Q(s', .) of the target network
  std::vector<float> here_target;  ///< Q(s, .) of it, with munchausen

  /// Of an agent with a memory: where in the sampled sequences each step is; else empty.
  struct Place {
    std::int64_t sequence = 0;
    std::int64_t time = 0;
  };
  std::vector<Place> places;

  void clear() {
    steps.clear();
    q.clear();
    targets.clear();
    losses.clear();
    values.clear();
    next_online.clear();
    next_target.clear();
    here_target.clear();
    places.clear();
    made = false;
  }

  void write(core::ByteWriter& out) const;
  /// What was written of a replay of so many slots and an agent of so many actions. Throws core::UserError where the
  /// bytes are no such batch.
  static LastBatch read(core::ByteReader& in, std::size_t slots, std::size_t actions);
};

}  // namespace qarium::agent
