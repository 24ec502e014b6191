#include "engine/core/digest.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdio>

namespace qarium::core {

std::string digest(std::span<const float> numbers) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const auto byte : std::as_bytes(numbers))
    hash = (hash ^ std::to_integer<std::uint64_t>(byte)) * 0x100000001b3;
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace qarium::core
