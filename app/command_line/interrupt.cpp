#include "app/command_line/interrupt.hpp"

#include <atomic>
#include <csignal>

namespace qarium::app {
namespace {

std::atomic<bool> came{false};  // a signal handler reaches nothing else

void on_interrupt(int /*signal*/) {
  came.store(true);
}

}  // namespace

void catch_interrupts() {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}

bool interrupted() {
  return came.load();
}

}  // namespace qarium::app
