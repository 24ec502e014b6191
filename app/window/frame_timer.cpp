#include "app/window/frame_timer.hpp"

#include <algorithm>
#include <ctime>

namespace qarium::app {

void FrameTimer::add(double milliseconds) {
  const auto value = static_cast<float>(milliseconds);
  if (values_.size() < window_) {
    values_.push_back(value);
  } else {
    values_[count_ % window_] = value;
  }
  ++count_;
  longest_ = std::max(longest_, value);
  recent_ = std::max(recent_, value);
}

float FrameTimer::percentile(double share) const {
  if (values_.empty()) return 0;
  auto sorted = values_;
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1));
  std::nth_element(sorted.begin(), sorted.begin() + place, sorted.end());
  return sorted[static_cast<std::size_t>(place)];
}

double thread_cpu_milliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

}  // namespace qarium::app
