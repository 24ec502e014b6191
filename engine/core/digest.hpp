#pragma once
#include <span>
#include <string>

namespace qarium::core {

/// FNV-1a over the bytes of the numbers, 16 hexadecimal digits: equal numbers, equal digest.
std::string digest(std::span<const float> numbers);

}  // namespace qarium::core
