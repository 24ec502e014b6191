#pragma once
#include <chrono>
#include <cstdint>

namespace qarium::app {

/// What is counted, and what is told beside it.
struct ProgressWords {
  const char* steps = "steps";
  const char* mean = "return";
};

/// Progress on standard error: one line that is redrawn on a terminal, a line every ten seconds elsewhere.
class ProgressBar {
 public:
  /// `first` steps were done before.
  ProgressBar(bool shown, std::int64_t first, ProgressWords words = {});
  /// To be called often; draws now and then.
  void update(std::int64_t steps, std::int64_t whole, double mean, bool evaluating);
  void finish();
  double seconds() const;

 private:
  using Clock = std::chrono::steady_clock;
  bool shown_;
  bool terminal_;
  std::int64_t first_;
  ProgressWords words_;
  std::int64_t calls_ = 0;
  Clock::time_point start_ = Clock::now();
  Clock::time_point last_{};
};

}  // namespace qarium::app
