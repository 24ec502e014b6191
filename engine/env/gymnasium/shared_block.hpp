#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qarium::env::gymnasium {

/// Memory that a process shares with those it hands the descriptor to. It has no name: nothing can be guessed, and
/// nothing is left over when the last that holds it ends.
class SharedBlock {
 public:
  /// An empty block. Throws std::system_error.
  SharedBlock();
  ~SharedBlock();
  SharedBlock(const SharedBlock&) = delete;
  SharedBlock& operator=(const SharedBlock&) = delete;

  int descriptor() const { return descriptor_; }
  /// Makes it this large, all zero, once. Throws std::system_error.
  void open(std::size_t bytes);
  std::span<std::byte> bytes() const { return bytes_; }

  /// What another process has written behind it: nothing where it is shorter than that.
  std::vector<std::byte> beyond(std::size_t at, std::size_t bytes) const;

 private:
  int descriptor_;
  std::span<std::byte> bytes_;
};

}  // namespace qarium::env::gymnasium
