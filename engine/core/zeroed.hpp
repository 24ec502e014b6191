#pragma once
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>

namespace qarium::core {

/// Many bytes that are zero. Pages that nobody has written take no memory.
class ZeroedBytes {
 public:
  /// Throws std::bad_alloc.
  explicit ZeroedBytes(std::size_t size)
      : size_(size), bytes_(static_cast<std::byte*>(std::calloc(size > 0 ? size : 1, 1))) {
    if (!bytes_) throw std::bad_alloc();
  }

  std::byte* data() { return bytes_.get(); }
  const std::byte* data() const { return bytes_.get(); }
  std::size_t size() const { return size_; }

 private:
  struct Free {
    void operator()(std::byte* bytes) const { std::free(bytes); }
  };
  std::size_t size_;
  std::unique_ptr<std::byte, Free> bytes_;
};

}  // namespace qarium::core
