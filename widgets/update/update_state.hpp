#pragma once
#include <cstddef>
#include <memory>

#include "engine/protocol/update_view.hpp"

namespace qarium::widgets {

/// What the Update workspace keeps for itself.
struct UpdateState {
  // Kept in the settings file. Splitters: the share that the first side has of what is divided.
  static constexpr float kLeftFraction = 0.28F;
  static constexpr float kRightFraction = 0.54F;
  float left_fraction = kLeftFraction;    ///< the transition of the whole width
  float right_fraction = kRightFraction;  ///< the values of what is right of it
  bool differences = false;               ///< values are drawn against their mean, not against zero

  std::shared_ptr<const protocol::UpdateView> shown;  ///< null before the first
  std::size_t number = 0;                             ///< of the transition, in the batch
  bool following = true;                              ///< the next update is shown when it is made

  std::shared_ptr<const protocol::UpdateView> measured;  ///< that `spread` is of
  double spread = 1;                                     ///< |Q(s, a) - y| that most of the batch stays below
};

}  // namespace qarium::widgets
