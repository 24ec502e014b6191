#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "widgets/parts/canvas.hpp"

namespace qarium::widgets {

/// In which order the transitions of the last batch stand.
enum class ReplaySort : std::uint8_t { Order, TdError, Age };

/// What the Learn workspace keeps for itself.
struct LearnState {
  // Kept in the settings file. Splitters: the share that the first side has of what is divided.
  static constexpr float kLeftFraction = 0.255F;
  static constexpr float kRightFraction = 0.655F;
  static constexpr float kStageFraction = 0.64F;
  static constexpr float kCurvesFraction = 0.765F;
  float left_fraction = kLeftFraction;      ///< stage column of the whole width
  float right_fraction = kRightFraction;    ///< curves column of what is right of the stage column
  float stage_fraction = kStageFraction;    ///< stage of its column's height, action values below
  float curves_fraction = kCurvesFraction;  ///< curves of their column's height, replay below
  ReplaySort replay_sort = ReplaySort::Order;
  bool differences = false;  ///< action values are drawn against their mean, not against zero

  // Hyperparameters.
  std::string filter;
  bool only_changed = false;

  bool all_samples = false;  ///< of the last batch, where the page scrolls; else two rows of them

  // Replay: kept for their storage.
  std::vector<std::size_t> sample_order;
  std::vector<CellPicture> pictures;
};

}  // namespace qarium::widgets
