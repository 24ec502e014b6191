#pragma once
#include <span>
#include <string>
#include <string_view>

namespace qarium::core {

/// The candidate with the fewest edits (Levenshtein distance) from `word`; empty without candidates.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

/// "a, b, c"
std::string join(std::span<const std::string_view> words);

}  // namespace qarium::core
