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
  std::signal(SIGHUP, on_interrupt);  // the terminal has gone
  std::signal(SIGPIPE, SIG_IGN);      // who read the output has gone: learning has not
  std::signal(SIGXFSZ, SIG_IGN);      // a file may not grow further: told as an error where it is written
}

bool interrupted() {
  return came.load();
}

}  // namespace qarium::app
