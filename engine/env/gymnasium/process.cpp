#include "engine/env/gymnasium/process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

namespace qarium::env::gymnasium {
namespace {

constexpr std::size_t kMostWords = 2'000;
constexpr double kPatienceAtTheEnd = 1;
constexpr int kFirstHandedDown = 3;
constexpr int kOutOfTheWay = 64;  // descriptors are moved up here before they take their places

/// Between fork and exec: only what is safe after a fork of many threads. Never returns.
[[noreturn]] void become(char* const* command, char* const* variables, std::vector<int>& handed_down, int output,
                         pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it has died meanwhile
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  for (auto& descriptor : handed_down)
    descriptor = fcntl(descriptor, F_DUPFD, kOutOfTheWay);
  const int words = fcntl(output, F_DUPFD, kOutOfTheWay);
  const int nothing = open("/dev/null", O_RDONLY);
  dup2(nothing, 0);
  dup2(words, 1);
  dup2(words, 2);
  int place = kFirstHandedDown;
  for (const int descriptor : handed_down)
    dup2(descriptor, place++);
  syscall(SYS_close_range, static_cast<unsigned>(place), ~0U, 0U);
  execve(command[0], command, variables);
  const std::string_view sorry = " cannot be run\n";
  if (write(2, command[0], std::strlen(command[0])) > 0 && write(2, sorry.data(), sorry.size()) > 0) _exit(127);
  _exit(126);
}

std::vector<char*> pointers(const std::vector<std::string>& words) {
  std::vector<char*> all;
  all.reserve(words.size() + 1);
  for (const auto& word : words)
    all.push_back(const_cast<char*>(word.c_str()));
  all.push_back(nullptr);
  return all;
}

/// This process's variables, with those that make two workers do the same.
std::vector<std::string> variables() {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) {
    const std::string variable = *one;
    if (!variable.starts_with("PYTHONHASHSEED=") && !variable.starts_with("PYTHONUNBUFFERED=")) all.push_back(variable);
  }
  all.emplace_back("PYTHONHASHSEED=0");
  all.emplace_back("PYTHONUNBUFFERED=1");
  all.emplace_back("PYGAME_HIDE_SUPPORT_PROMPT=1");
  if (std::getenv("SDL_VIDEODRIVER") == nullptr) all.emplace_back("SDL_VIDEODRIVER=dummy");
  return all;
}

}  // namespace

Process::Process(const std::vector<std::string>& command, const std::vector<int>& handed_down) {
  std::array<int, 2> pipe{};
  if (pipe2(pipe.data(), O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), command.front());
  words_ = pipe[0];
  fcntl(words_, F_SETFL, O_NONBLOCK);
  keeper_ = std::thread([&, output = pipe[1]] { keep(command, handed_down, output); });
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return id_ != 0 || error_ != 0; });
  close(pipe[1]);
  if (error_ != 0) {
    lock.unlock();
    keeper_.join();
    close(words_);
    throw std::system_error(error_, std::generic_category(), command.front());
  }
}

Process::~Process() {
  if (!wait(kPatienceAtTheEnd)) kill();
  keeper_.join();
  close(words_);
}

void Process::keep(const std::vector<std::string>& command, std::vector<int> handed_down, int output) {
  const auto words = pointers(command);
  const auto all_variables = variables();
  const auto variable_pointers = pointers(all_variables);
  const pid_t parent = getpid();
  const pid_t child = fork();
  if (child == 0) become(words.data(), variable_pointers.data(), handed_down, output, parent);
  {
    const std::lock_guard lock(mutex_);
    if (child < 0) error_ = errno;
    id_ = child < 0 ? 0 : child;
    // Who made this object goes on now, and takes what was given by reference away.
    changed_.notify_all();
  }
  if (child < 0) return;
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  const std::lock_guard lock(mutex_);
  waitpid(child, &status_, 0);
  ended_ = true;
  changed_.notify_all();
}

void Process::kill() {
  const std::lock_guard lock(mutex_);
  if (!ended_) ::kill(id_, SIGKILL);
}

bool Process::wait(double seconds) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::duration<double>(seconds), [&] { return ended_; });
}

std::string Process::end() const {
  const std::lock_guard lock(mutex_);
  if (!ended_) return {};
  if (WIFSIGNALED(status_)) return "was killed by signal " + std::to_string(WTERMSIG(status_));
  return "ended with code " + std::to_string(WEXITSTATUS(status_));
}

void Process::read_words() {
  std::array<char, 4096> buffer{};
  for (ssize_t taken = 0; (taken = read(words_, buffer.data(), buffer.size())) > 0;) {
    said_.append(buffer.data(), static_cast<std::size_t>(taken));
    if (said_.size() > 2 * kMostWords) said_.erase(0, said_.size() - kMostWords);
  }
}

std::string Process::last_words() {
  read_words();
  auto words = said_.substr(said_.size() - std::min(said_.size(), kMostWords));
  while (!words.empty() && (words.back() == '\n' || words.back() == ' '))
    words.pop_back();
  return words;
}

}  // namespace qarium::env::gymnasium
