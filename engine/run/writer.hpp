#pragma once
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "engine/protocol/mailbox.hpp"

namespace qarium::run {

/// The thread that touches files, so that nobody else waits for a disk. Jobs run in the order they came; a job that
/// throws leaves its message among the errors and the others go on.
class Writer {
 public:
  Writer();
  /// Runs every job that was given, then ends the thread.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void enqueue(std::function<void()> job);
  /// Appends to a file that exists or is made. What cannot be written waits, and is tried again with what comes next: a
  /// file has no holes. It is told once.
  void append(const std::filesystem::path& file, std::string text);
  /// Waits until everything given so far is done.
  void finish();
  /// Waits as `finish`; whether something still waits that could not be appended.
  bool unwritten();
  /// What went wrong since the last call.
  std::vector<std::string> errors();

 private:
  void work();

  protocol::Mailbox<std::function<void()>> jobs_;
  protocol::Mailbox<std::string> errors_;
  std::map<std::filesystem::path, std::string> unwritten_;  ///< the thread's own
  std::thread thread_;
};

}  // namespace qarium::run
