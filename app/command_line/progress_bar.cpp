#include "app/command_line/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>

namespace qarium::app {
namespace {

using namespace std::chrono_literals;
constexpr int kWidth = 30;
/// The clock is read at every so many calls only: a tick can take microseconds.
constexpr std::int64_t kCallsPerLook = 16;

}  // namespace

ProgressBar::ProgressBar(bool shown, std::int64_t first, ProgressWords words)
    : shown_(shown), terminal_(isatty(STDERR_FILENO) != 0), first_(first), words_(words) {}

double ProgressBar::seconds() const {
  return std::chrono::duration<double>(Clock::now() - start_).count();
}

void ProgressBar::update(std::int64_t steps, std::int64_t whole, double mean, bool evaluating) {
  if (!shown_ || ++calls_ % kCallsPerLook != 0) return;
  const auto now = Clock::now();
  if (now - last_ < (terminal_ ? Clock::duration(200ms) : Clock::duration(10s))) return;
  last_ = now;
  const double share = std::min(1.0, static_cast<double>(steps) / static_cast<double>(whole));
  const double speed = static_cast<double>(steps - first_) / std::max(1e-9, seconds());
  const auto left = static_cast<long long>(std::ceil(static_cast<double>(whole - steps) / std::max(1e-9, speed)));
  const auto filled = static_cast<std::size_t>(share * kWidth);
  const std::string bar = std::string(filled, '#') + std::string(kWidth - filled, '.');
  char mean_text[32] = "-";
  if (std::isfinite(mean)) std::snprintf(mean_text, sizeof mean_text, "%.2f", mean);
  std::fprintf(stderr, "%s[%s] %lld / %lld %s  %.0f %s/s  %s %s  %lld:%02lld left%s%s", terminal_ ? "\r" : "",
               bar.c_str(), static_cast<long long>(steps), static_cast<long long>(whole), words_.steps, speed,
               words_.steps, words_.mean, mean_text, steps > first_ ? left / 60 : 0, steps > first_ ? left % 60 : 0,
               evaluating ? "  evaluating" : "", terminal_ ? "\033[K" : "\n");
}

void ProgressBar::finish() {
  if (shown_ && terminal_) std::fputs("\n", stderr);
}

}  // namespace qarium::app
