#pragma once
#include <cstdint>
#include <vector>

#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::widgets {

/// What is changed about the moment looked at.
struct Intervention {
  protocol::AttentionChange attention;
  protocol::MemoryChange memory;
  bool empty() const { return attention.empty() && memory.empty(); }
  friend bool operator==(const Intervention&, const Intervention&) = default;
};

/// An intervention that another has replaced.
struct InterventionBefore {
  Intervention intervention;
  std::uint64_t command = 0;  ///< number of the command that replaced it; of several, the last
};

/// The intervention, and those before it.
struct InterventionState {
  Intervention intervention;             ///< what was sent last
  std::vector<InterventionBefore> past;  ///< before it, for undoing
  std::uint64_t command = 0;             ///< number of the command that sent it
  double differs_since = -1;             ///< when what is in force began to be something else
  bool gesture = false;                  ///< between begin_gesture and end_gesture
};

}  // namespace qarium::widgets
