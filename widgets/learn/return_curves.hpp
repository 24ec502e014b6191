#pragma once
#include <vector>

#include "engine/protocol/return_distribution.hpp"
#include "widgets/context.hpp"
#include "widgets/parts/rect.hpp"

namespace qarium::widgets {

/// The distribution of each action's return as densities on one axis.
struct ReturnCurves {
  static constexpr std::size_t kPoints = 96;  ///< of each curve
  float low = 0;                              ///< least and greatest return on the axis
  float high = 1;
  std::vector<float> densities;  ///< [actions, kPoints]; the highest of all is 1
  std::vector<float> means;      ///< [actions]

  float at(std::size_t point) const {
    return low + (high - low) * static_cast<float>(point) / static_cast<float>(kPoints - 1);
  }
};

/// Of atoms their probabilities, of quantiles a smoothed density. The axis leaves out what has nearly no probability.
ReturnCurves return_curves(const protocol::ReturnDistribution& returns);

/// Filled curves of all actions, the mean of each marked; that of `chosen` is strong.
void draw_return_curves(const PanelContext& context, const Rect& area, int chosen);

}  // namespace qarium::widgets
