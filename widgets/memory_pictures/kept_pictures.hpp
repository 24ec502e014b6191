#pragma once
#include <cstdint>
#include <vector>

#include "widgets/memory_pictures/memory_look.hpp"

namespace qarium::widgets {

/// Strips over time as pictures: time across, row 0 below. Made anew where the episode or the order is another.
struct TracePictures {
  struct Picture {
    std::vector<float> values;  ///< [rows, columns] from the top; empty until it is drawn
    float most = 0;             ///< greatest magnitude
    float limit = 0;            ///< the same but for a few steps that stand out
  };
  std::uint64_t version = ~0ULL;
  UnitOrder order = UnitOrder::Number;
  std::vector<Picture> pictures;  ///< as MemoryEpisode::traces
  std::vector<int> units;         ///< the unit in each row from below, where units are ordered
  int from = 0;                   ///< first column in sight
  int span = 0;                   ///< columns that the width shows; the episode may be shorter
  int followed = -1;              ///< the cursor for which it was moved there
};

/// When a slot was written or read.
struct SlotPast {
  struct Frame {
    int column = 0;
    float weight = 0;
  };
  std::uint64_t version = ~0ULL;
  int slot = -1;
  std::vector<Frame> written, read;  ///< in order of time
};

/// What the pictures of one memory keep from frame to frame.
struct KeptPictures {
  TracePictures strips;
  SlotPast past;
  int hovered_slot = -1;  ///< pointed at in the last frame
  int hovered_slot_next = -1;
  int chosen_slot = -1;
  // For their storage.
  std::vector<float> matrix;
  std::vector<float> norms;
  std::vector<float> strip;
};

}  // namespace qarium::widgets
