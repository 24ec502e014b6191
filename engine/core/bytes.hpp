#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine/core/error.hpp"

namespace qarium::core {

static_assert(std::endian::native == std::endian::little, "files hold numbers as this machine has them");

/// What can be written as its bytes: numbers, enumerations, structs of these without padding that matters.
template <class T>
concept Plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T>;

/// Values one after the other as bytes, little-endian.
class ByteWriter {
 public:
  template <Plain T>
  void put(const T& value) {
    append(&value, sizeof value);
  }
  /// Their number (64 bits), then the values.
  template <Plain T>
  void put_all(std::span<const T> values) {
    put(static_cast<std::uint64_t>(values.size()));
    append(values.data(), values.size_bytes());
  }
  template <Plain T>
  void put_all(const std::vector<T>& values) {
    put_all(std::span<const T>(values));
  }
  void put_text(std::string_view text) { put_all(std::span<const char>(text)); }
  /// The bytes alone: whoever reads them knows how many there are.
  void put_bytes(std::span<const std::byte> bytes) { append(bytes.data(), bytes.size()); }

  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void append(const void* from, std::size_t size) {
    const auto* bytes = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
  }

  std::vector<std::byte> bytes_;
};

/// The way back. Never reads past the end: each function throws core::UserError naming `what` where the bytes are not
/// enough, before it allocates.
class ByteReader {
 public:
  /// `bytes` must outlive the reader.
  ByteReader(std::span<const std::byte> bytes, std::string what) : bytes_(bytes), what_(std::move(what)) {}

  template <Plain T>
  T get() {
    T value;
    std::memcpy(&value, take(sizeof value).data(), sizeof value);
    return value;
  }
  /// What was put as a bool, of which any byte but 0 makes true.
  bool get_flag() { return get<std::uint8_t>() != 0; }
  template <Plain T>
  std::vector<T> get_all() {
    const auto count = get<std::uint64_t>();
    if (count > bytes_.size() / sizeof(T)) fail("ends too early");
    std::vector<T> values(count);
    const auto from = take(count * sizeof(T));
    if (count > 0) std::memcpy(values.data(), from.data(), from.size());
    return values;
  }
  std::string get_text() {
    const auto letters = get_all<char>();
    return {letters.begin(), letters.end()};
  }
  std::span<const std::byte> take(std::size_t size) {
    if (size > bytes_.size()) fail("ends too early");
    const auto taken = bytes_.first(size);
    bytes_ = bytes_.subspan(size);
    return taken;
  }
  bool at_end() const { return bytes_.empty(); }
  void expect_end() const {
    if (!at_end()) fail("is longer than it should be");
  }
  [[noreturn]] void fail(const std::string& why) const { throw UserError(what_ + " " + why); }
  void require(bool holds, const char* why) const {
    if (!holds) fail(why);
  }

 private:
  std::span<const std::byte> bytes_;
  std::string what_;
};

}  // namespace qarium::core
