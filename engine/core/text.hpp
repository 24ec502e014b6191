#pragma once
#include <span>
#include <string>
#include <string_view>

namespace qarium::core {

/// The candidate with the fewest edits (Levenshtein distance) from `word`; empty without candidates. Of a word that is
/// longer than any name only the beginning is compared.
std::string_view closest(std::string_view word, std::span<const std::string_view> candidates);

/// The text in quotes, for words about it: no more than its first 120 bytes, and then that there is more.
std::string quoted(std::string_view text);

/// The text without the bytes that are no letters of UTF-8: what is left may stand in TOML and JSON.
std::string valid_utf8(std::string_view text);

/// "a, b, c"
std::string join(std::span<const std::string_view> words);

}  // namespace qarium::core
