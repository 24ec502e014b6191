#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/protocol/memory_view.hpp"

namespace qarium::widgets {

/// In which order an LSTM's or GRU's units stand in the pictures: the greatest mean over the episode on top.
enum class UnitOrder : std::uint8_t { Number, Activation, Change };

/// In which order steps that are kept stand: the one that weighs most on top, or the newest.
enum class KeptOrder : std::uint8_t { Weight, Age };

inline constexpr std::size_t kTraceRoles = static_cast<std::size_t>(protocol::TraceRole::Error) + 1;

/// How memories are shown, wherever one is; remembered between launches.
struct MemoryLook {
  int read_head = 0;  ///< whose reads and weights are shown, where there are several
  int write_head = 0;
  bool chain_writes = false;  ///< the addressing chain is the write head's
  bool changes = false;       ///< the matrix shows what changed since the last step
  UnitOrder order = UnitOrder::Number;
  KeptOrder kept_order = KeptOrder::Weight;
  float pinned_matrix = 0;                  ///< limit of its legend either way; 0 = automatic
  std::array<float, kTraceRoles> pinned{};  ///< the same for each role's picture
};

struct SettingSection;
extern const SettingSection kMemoryLookSection;

}  // namespace qarium::widgets
