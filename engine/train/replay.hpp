#pragma once
#include <string>
#include <vector>

#include "engine/run/journal.hpp"

namespace qarium::train {

struct Replayed {
  std::string digest;
  protocol::Position position;
  /// Circumstances that differ from the recorded ones: where there are any, equality is not claimed.
  std::vector<std::string> mismatches;
};

/// Runs a journal again on the CPU, without a window. An `end_tick` of 0 stops at the last command.
/// Throws core::UserError for a journal that cannot be replayed (one that loads a checkpoint).
Replayed replay(const run::Journal& journal);

}  // namespace qarium::train
