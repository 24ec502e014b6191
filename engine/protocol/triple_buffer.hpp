#pragma once
#include <array>
#include <atomic>
#include <cstdint>

namespace qarium::protocol {

/// The latest value, from one writer thread to one reader thread, wait-free on both sides: the writer fills its own
/// slot and swaps it with the middle one; the reader swaps the middle one for its own when it is new. Slots are
/// re-used, so a value's buffers keep their memory.
template <class T>
class TripleBuffer {
 public:
  /// Writer: the slot to fill. It holds an old value, not necessarily the last one.
  T& back() { return slots_[back_]; }
  /// Writer: hands the filled slot over.
  void publish() { back_ = middle_.exchange(back_ | kFresh, std::memory_order_acq_rel) & kIndex; }

  /// Reader: takes the newest value, if one came since the last call. Returns whether it did.
  bool update() {
    if ((middle_.load(std::memory_order_relaxed) & kFresh) == 0) return false;
    front_ = middle_.exchange(front_, std::memory_order_acq_rel) & kIndex;
    return true;
  }
  /// Reader: the value last taken.
  const T& front() const { return slots_[front_]; }

 private:
  static constexpr std::uint8_t kIndex = 3;
  static constexpr std::uint8_t kFresh = 4;
  std::array<T, 3> slots_{};
  std::atomic<std::uint8_t> middle_{1};
  std::uint8_t back_ = 0;
  std::uint8_t front_ = 2;
};

}  // namespace qarium::protocol
