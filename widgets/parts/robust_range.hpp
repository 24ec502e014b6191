#pragma once
#include <span>
#include <vector>

namespace qarium::widgets {

/// Limits of colours and axes that a few numbers which stand out do not set: the state an episode ended in, its first
/// step, one loss of thousands among ones. What lies beyond is told in the legend.

/// Of how much each of several columns needs, what all of them need but for the few that stand out: where the greatest
/// is more than kStandsOut times what nine tenths need, a little more than these. Numbers that are not finite are
/// passed over. `tops` is sorted.
inline constexpr float kStandsOut = 2.5F;
float robust_top(std::vector<float>& tops);

/// A range of values, and what it leaves out.
struct RobustRange {
  double low = 0;
  double high = 0;
  double least = 0;  ///< of all values
  double most = 0;
  bool cut_below() const { return least < low; }
  bool cut_above() const { return most > high; }
};
/// From the minima and maxima of many columns: the range of 98 in 100, and all where the others lie not much further
/// out. Both are put into another order. Requires some, all finite.
RobustRange robust_range(std::vector<float>& minima, std::vector<float>& maxima);

}  // namespace qarium::widgets
