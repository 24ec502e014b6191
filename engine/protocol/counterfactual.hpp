#pragma once
#include <memory>
#include <vector>

#include "engine/protocol/attention_view.hpp"
#include "engine/protocol/memory_view.hpp"

namespace qarium::protocol {

/// The answer to what was supposed: the same state judged twice by the same network.
struct Counterfactual {
  AttentionChange change;
  MemoryChange memory_change;
  std::vector<float> before;                 ///< action values as they are
  std::vector<float> after;                  ///< action values as supposed
  AttentionView attention;                   ///< weights as supposed; without matrix
  std::uint64_t memory_version = 0;          ///< another number, another memory
  std::shared_ptr<const MemoryView> memory;  ///< as supposed; null where the network has none
};

}  // namespace qarium::protocol
