#include "engine/config/toml.hpp"

#include <algorithm>
#include <string>

#include "engine/core/error.hpp"

namespace qarium::config {
namespace {

constexpr std::string_view kBlank = " \t\r\n";

bool is_ascii(char character) {
  return static_cast<unsigned char>(character) < 0x80;
}

[[noreturn]] void refuse(std::ptrdiff_t line, std::string_view why) {
  throw core::UserError("line " + std::to_string(line) + ": malformed TOML: " + std::string(why));
}

/// The text with each byte beyond ASCII spelled `!c3`, which has no place outside strings and comments.
std::string spelled(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string ascii;
  for (const char character : text) {
    const auto byte = static_cast<unsigned char>(character);
    if (is_ascii(character)) {
      ascii.push_back(character);
    } else {
      ascii.append({'!', kDigits[byte / 16U], kDigits[byte % 16U]});
    }
  }
  return ascii;
}

/// Where the string that opens at `begin` has ended.
std::size_t string_end(std::string_view text, std::size_t begin) {
  const char quote = text[begin];
  const std::string many(3, quote);
  const std::string end = text.substr(begin, 3) == many ? many : std::string(1, quote);
  std::size_t at = begin + end.size();
  while (at < text.size() && text.substr(at, end.size()) != end) {
    const bool escape = text[at] == '\\' && quote == '"';
    const auto next = escape ? std::min(text.find_first_not_of(kBlank, at + 1), text.size()) : at;
    if (next < text.size() && escape && !is_ascii(text[next])) {
      refuse(1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(next), '\n'),
             "put no letter beyond ASCII after a backslash");
    }
    at += escape ? 2 : 1;
  }
  at = std::min(at + end.size(), text.size());
  while (end.size() > 1 && at < text.size() && text[at] == quote)
    ++at;  // a string may end in quotes of its own
  return at;
}

/// Where what begins at `at` and is no key or value has ended: a string or a comment; else `at`.
std::size_t passed_over(std::string_view text, std::size_t at) {
  if (text[at] == '"' || text[at] == '\'') return string_end(text, at);
  return text[at] == '#' ? std::min(text.find('\n', at), text.size()) : at;
}

/// Of a text that is TOML but for its letters.
void refuse_letters_after_backslashes(std::string_view text) {
  for (std::size_t at = 0; at < text.size();)
    at = std::max(passed_over(text, at), at + 1);
}

/// Each part of a dotted key is a table within the one before, and toml++ takes them apart one within the other.
void refuse_deep_keys(std::string_view text) {
  constexpr int kDeepestKey = 16;
  int parts = 0;
  std::ptrdiff_t line = 1;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = passed_over(text, at);
    if (end > at) {
      line += std::ranges::count(text.substr(at, end - at), '\n');
      at = end;
      continue;
    }
    if (text[at] == '.' && ++parts > kDeepestKey)
      refuse(line, "a key has more than " + std::to_string(kDeepestKey) + " parts");
    if (std::string_view("=,[]{}\n").find(text[at]) != std::string_view::npos) parts = 0;
    line += text[at] == '\n' ? 1 : 0;
    ++at;
  }
}

toml::table parse(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    const std::string_view why = error.description();
    const bool letter = why.find("'!'") != std::string_view::npos;
    refuse(error.source().begin.line, letter ? "put letters beyond ASCII and signs in quotes" : why);
  }
}

}  // namespace

/// toml++ (to 3.4) leaves it undefined whether 'é' and its like are blanks, and asks so outside strings and comments
/// and after a backslash.
toml::table parse_toml(std::string_view text) {
  if (text.size() > kLongestToml)
    throw core::UserError("it is longer than the " + std::to_string(kLongestToml) + " bytes that are read as TOML");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  refuse_deep_keys(text);
  if (!std::ranges::all_of(text, is_ascii)) {
    parse(spelled(text));
    refuse_letters_after_backslashes(text);
  }
  return parse(text);
}

}  // namespace qarium::config
