#pragma once
#include <vector>

#include "engine/core/attention_view.hpp"
#include "engine/core/memory_view.hpp"

namespace qarium::widgets {

/// What is supposed about the moment looked at.
struct Supposition {
  core::AttentionChange attention;
  core::MemoryChange memory;
  bool empty() const { return attention.empty() && memory.empty(); }
  friend bool operator==(const Supposition&, const Supposition&) = default;
};

/// The one wish of "ask what if", and what was wished before it.
struct SuppositionState {
  Supposition wish;               ///< what was sent last
  std::vector<Supposition> past;  ///< before it, for undoing
  double differs_since = -1;      ///< when what is in force began to be something else
  bool gesture = false;           ///< between begin_gesture and end_gesture
};

}  // namespace qarium::widgets
