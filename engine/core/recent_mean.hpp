#pragma once
#include <cstddef>
#include <deque>
#include <limits>
#include <numeric>
#include <vector>

namespace qarium::core {

/// Mean of the last `window` values; NaN before the first.
class RecentMean {
 public:
  explicit RecentMean(std::size_t window) : window_(window) {}

  void add(double value) {
    values_.push_back(value);
    if (values_.size() > window_) values_.pop_front();
  }
  double mean() const {
    if (values_.empty()) return std::numeric_limits<double>::quiet_NaN();
    return std::accumulate(values_.begin(), values_.end(), 0.0) / static_cast<double>(values_.size());
  }
  void clear() { values_.clear(); }
  /// Those that the mean is over, oldest first.
  std::vector<double> values() const { return {values_.begin(), values_.end()}; }

 private:
  std::size_t window_;
  std::deque<double> values_;
};

}  // namespace qarium::core
