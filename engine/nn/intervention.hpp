#pragma once
#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/protocol/memory_view.hpp"

namespace qarium::nn {

/// What may be changed about a network while it is looked into.
struct Intervention {
  bool uniform_attention = false;                 ///< every token that may be seen weighs the same
  std::vector<int> silenced_heads;                ///< heads of attention that give nothing
  bool freeze_writes = false;                     ///< the memory keeps nothing new
  std::vector<int> silenced_reads;                ///< read heads of the memory that bring back nothing
  std::vector<protocol::HeadSetting> addressing;  ///< heads of an NTM that are set by hand

  bool leaves_attention() const { return !uniform_attention && silenced_heads.empty(); }
  bool silences(std::int64_t head) const { return contains(silenced_heads, head); }
  bool silences_read(std::int64_t head) const { return contains(silenced_reads, head); }

 private:
  static bool contains(const std::vector<int>& heads, std::int64_t head) {
    return std::find(heads.begin(), heads.end(), head) != heads.end();
  }
};

}  // namespace qarium::nn
