#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

namespace qarium::protocol {

/// An unbounded mailbox from any thread to one: senders append under a lock, the receiver swaps the whole vector out
/// under it and works unlocked. Nothing sent is ever lost. `wait` sleeps until something arrives or `wake` is called.
template <class T>
class Mailbox {
 public:
  void send(T item) {
    {
      const std::lock_guard lock(mutex_);
      items_.push_back(std::move(item));
      pending_.store(true, std::memory_order_release);
    }
    arrived_.notify_one();
  }

  /// Replaces `out` by everything that has arrived, in order.
  void take(std::vector<T>& out) {
    out.clear();
    if (!pending_.load(std::memory_order_acquire)) return;
    const std::lock_guard lock(mutex_);
    std::swap(items_, out);
    pending_.store(false, std::memory_order_relaxed);
  }

  void wait() {
    std::unique_lock lock(mutex_);
    arrived_.wait(lock, [&] { return !items_.empty() || woken_; });
    woken_ = false;
  }

  /// The same, for no longer than `limit`.
  template <class Rep, class Period>
  void wait_for(std::chrono::duration<Rep, Period> limit) {
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, limit, [&] { return !items_.empty() || woken_; });
    woken_ = false;
  }

  void wake() {
    {
      const std::lock_guard lock(mutex_);
      woken_ = true;
    }
    arrived_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::vector<T> items_;
  std::atomic<bool> pending_{false};
  bool woken_ = false;
};

}  // namespace qarium::protocol
