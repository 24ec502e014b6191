#include "widgets/parts/robust_range.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace qarium::widgets {
namespace {

constexpr std::size_t kFewColumns = 4;    ///< fewer say nothing of what stands out
constexpr std::size_t kManyColumns = 20;  ///< from so many on a fiftieth is at least one at either end
constexpr float kAbove = 1.25F;           ///< of what nine tenths need
constexpr double kFurther = 3;            ///< ranges of 98 in 100 that the others may lie further out
constexpr double kMargin = 0.25;          ///< of that range beyond it

std::size_t place_at(double share, std::size_t size) {
  return static_cast<std::size_t>(share * static_cast<double>(size - 1));
}

/// As if they were sorted.
double value_at(std::vector<float>& values, std::size_t place) {
  const auto at = values.begin() + static_cast<std::ptrdiff_t>(place);
  std::nth_element(values.begin(), at, values.end());
  return static_cast<double>(*at);
}

}  // namespace

float robust_top(std::vector<float>& tops) {
  std::erase_if(tops, [](float value) { return !std::isfinite(value); });
  if (tops.empty()) return 0;
  std::sort(tops.begin(), tops.end());
  const float most = tops.back();
  if (tops.size() < kFewColumns) return most;
  const float usual = tops[place_at(0.9, tops.size())];
  return usual > 0 && most > kStandsOut * usual ? kAbove * usual : most;
}

RobustRange robust_range(std::vector<float>& minima, std::vector<float>& maxima) {
  const double least = *std::min_element(minima.begin(), minima.end());
  const double most = *std::max_element(maxima.begin(), maxima.end());
  RobustRange range{least, most, least, most};
  if (minima.size() < kManyColumns) return range;
  const double low = value_at(minima, minima.size() - 1 - place_at(0.98, minima.size()));
  const double high = value_at(maxima, place_at(0.98, maxima.size()));
  const double span = high - low;
  if (!(span > 0)) return range;
  if (range.most > high + kFurther * span) range.high = high + kMargin * span;
  if (range.least < low - kFurther * span) range.low = low - kMargin * span;
  return range;
}

}  // namespace qarium::widgets
