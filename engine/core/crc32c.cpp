#include "engine/core/crc32c.hpp"

#include <array>
#include <cstring>

namespace qarium::core {
namespace {

constexpr std::uint32_t kCastagnoli = 0x82f63b78;  // reversed
constexpr std::size_t kAtOnce = 8;                 // bytes of a step

/// Table 0 is that of one byte; table k that of a byte with k zero bytes after it.
constexpr auto kTables = [] {
  std::array<std::array<std::uint32_t, 256>, kAtOnce> tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? kCastagnoli : 0U);
    tables[0][byte] = crc;
  }
  for (std::size_t k = 1; k < kAtOnce; ++k) {
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[k][byte] = (tables[k - 1][byte] >> 8U) ^ tables[0][tables[k - 1][byte] & 0xffU];
  }
  return tables;
}();

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before) {
  std::uint32_t crc = ~before;
  while (bytes.size() >= kAtOnce) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof word);
    word ^= crc;
    crc = 0;
    for (std::size_t k = 0; k < kAtOnce; ++k)
      crc ^= kTables[kAtOnce - 1 - k][(word >> (8 * k)) & 0xffU];
    bytes = bytes.subspan(kAtOnce);
  }
  for (const auto byte : bytes)
    crc = (crc >> 8U) ^ kTables[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xffU];
  return ~crc;
}

}  // namespace qarium::core
