#pragma once
#include <memory>
#include <vector>

#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::protocol {

/// The outcome of an intervention: the same state evaluated twice by the same network.
struct Counterfactual {
  Basis basis;                               ///< with the intervention
  std::vector<float> before;                 ///< action values as they are
  std::vector<float> after;                  ///< action values with the intervention
  AttentionView attention;                   ///< weights with the intervention; without matrix
  std::uint64_t memory_version = 0;          ///< another number, another memory
  std::shared_ptr<const MemoryView> memory;  ///< with the intervention; null where the network has none
};

}  // namespace qarium::protocol
