#pragma once
#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace qarium::app {

/// Durations of the last frames and their percentiles.
class FrameTimer {
 public:
  explicit FrameTimer(std::size_t window = 600) : window_(window) {}
  void add(double milliseconds);
  /// share in 0..1; 0 before the first.
  float percentile(double share) const;
  /// Of all that were added, not only the last.
  float longest() const { return longest_; }
  /// Of those since this was last asked.
  float longest_since() { return std::exchange(recent_, 0.0F); }
  std::size_t count() const { return count_; }

 private:
  std::size_t window_;
  std::size_t count_ = 0;
  float longest_ = 0;
  float recent_ = 0;
  std::vector<float> values_;
};

/// Processor time of the calling thread, in milliseconds.
double thread_cpu_milliseconds();

}  // namespace qarium::app
