#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qarium::protocol {

/// What an intervention changes of attention at a moment.
struct AttentionChange {
  bool uniform = false;       ///< every token weighs the same
  std::vector<int> silenced;  ///< heads that give nothing
  std::vector<int> painted;   ///< cells of the observation's grid, row by row, that are emptied
  bool empty() const { return !uniform && silenced.empty() && painted.empty(); }
  friend bool operator==(const AttentionChange&, const AttentionChange&) = default;
};

/// A head of an NTM set by hand; what is empty stays as the agent has it.
struct HeadSetting {
  int head = 0;  ///< read heads first, then write heads
  std::optional<float> beta, g, gamma;
  std::optional<std::vector<float>> shift;  ///< made to sum to 1
  friend bool operator==(const HeadSetting&, const HeadSetting&) = default;
};

struct SlotContent {
  int slot = 0;
  std::vector<float> content;  ///< [width]; empty = erased, as at an episode's beginning
  friend bool operator==(const SlotContent&, const SlotContent&) = default;
};

/// The state of an earlier moment in place of this one's.
struct StateExchange {
  std::int64_t index = 0;          ///< the moment (EpisodeFrame::index) whose state is taken
  std::vector<std::string> parts;  ///< MemoryView::parts taken from there; empty = all
  friend bool operator==(const StateExchange&, const StateExchange&) = default;
};

/// What an intervention changes of a memory. Slots and exchange change the state once, at the moment looked at; the
/// others hold for as long as one plays on.
struct MemoryChange {
  std::vector<SlotContent> slots;
  bool freeze_writes = false;  ///< nothing new is kept
  std::vector<int> silenced;   ///< read heads that bring back nothing
  std::optional<StateExchange> exchange;
  std::vector<HeadSetting> heads;
  bool empty() const { return slots.empty() && !freeze_writes && silenced.empty() && !exchange && heads.empty(); }
  friend bool operator==(const MemoryChange&, const MemoryChange&) = default;
};

}  // namespace qarium::protocol
