#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace qarium::core {

/// CRC-32C (Castagnoli), as RFC 3720, appendix B.4, has it. `before` is that of the bytes before these.
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace qarium::core
