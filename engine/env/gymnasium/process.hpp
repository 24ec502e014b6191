#pragma once
#include <sys/types.h>

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace qarium::env::gymnasium {

/// A child process that never outlives this one, whichever way it ends: it dies with the thread that started it, which
/// belongs to this object. It has what is handed down as descriptors 3, 4, ..., and nothing else that is open here;
/// what it says on standard output and error is kept.
class Process {
 public:
  /// Throws std::system_error where it cannot be started.
  Process(const std::vector<std::string>& command, const std::vector<int>& handed_down);
  /// Waits for a moment, then kills it.
  ~Process();
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;

  pid_t id() const { return id_; }
  void kill();
  /// Waits this long at most. Returns whether it has ended.
  bool wait(double seconds);
  /// How it ended, in words: "ended with code 1", "was killed by signal 9"; empty while it runs.
  std::string end() const;

  /// Readable while there are words.
  int words_descriptor() const { return words_; }
  /// Takes what it has said by now, so that it never waits for a reader.
  void read_words();
  /// The last it said, at most 2,000 characters.
  std::string last_words();

 private:
  void keep(const std::vector<std::string>& command, std::vector<int> handed_down, int output);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  pid_t id_ = 0;  ///< 0 before it has started
  int error_ = 0;
  bool ended_ = false;
  int status_ = 0;
  int words_ = -1;
  std::string said_;
  std::thread keeper_;
};

}  // namespace qarium::env::gymnasium
