#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace qarium::agent {

/// Bytes that are 0 or 1, eight of them in one: the first is the lowest bit. `packed` has (bytes.size() + 7) / 8.
inline void pack_bits(std::span<const std::byte> bytes, std::byte* packed) {
  for (std::size_t at = 0; at < bytes.size(); at += 8) {
    std::byte bits{0};
    for (std::size_t i = 0; i < 8 && at + i < bytes.size(); ++i)
      bits |= (bytes[at + i] & std::byte{1}) << i;
    *packed++ = bits;
  }
}

inline void unpack_bits(const std::byte* packed, std::span<std::byte> bytes) {
  using Eight = std::array<std::byte, 8>;
  static constexpr auto kUnpacked = [] {
    std::array<Eight, 256> all{};
    for (std::size_t value = 0; value < all.size(); ++value) {
      for (std::size_t i = 0; i < 8; ++i)
        all[value][i] = static_cast<std::byte>(value >> i & 1U);
    }
    return all;
  }();
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    const auto& eight = kUnpacked[std::to_integer<std::size_t>(*packed++)];
    for (std::size_t i = 0; i < 8; ++i)
      bytes[at + i] = eight[i];
  }
  for (std::size_t i = 0; at + i < bytes.size(); ++i)
    bytes[at + i] = *packed >> i & std::byte{1};
}

}  // namespace qarium::agent
