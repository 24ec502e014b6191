#include "engine/exchange/text_template.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace qarium::exchange {
namespace {

constexpr std::string_view kIf = "# if ";
constexpr std::string_view kElse = "# else";
constexpr std::string_view kEnd = "# end";
constexpr std::string_view kUses = "# uses: ";

bool is_lower(char letter) {
  return letter >= 'a' && letter <= 'z';
}

/// A letter of a name; a full stop is one between others alone.
bool in_name(std::string_view text, std::size_t at) {
  if (at >= text.size()) return false;
  if (text[at] == '.') return at + 1 < text.size() && is_lower(text[at + 1]);
  return is_lower(text[at]) || text[at] == '_' || (text[at] >= '0' && text[at] <= '9');
}

const std::string& value_of(std::string_view name, const TemplateValues& values) {
  const auto found = values.find(name);
  if (found == values.end()) throw std::logic_error("a text asks for '" + std::string(name) + "', which has no value");
  return found->second;
}

std::string with_values(std::string_view line, const TemplateValues& values) {
  std::string filled;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] != '$') {
      filled += line[at++];
      continue;
    }
    const bool braced = at + 1 < line.size() && line[at + 1] == '{';
    const auto begin = at + (braced ? 2 : 1);
    auto end = begin;
    while (in_name(line, end))
      ++end;
    filled += value_of(line.substr(begin, end - begin), values);
    at = end + (braced ? 1 : 0);
  }
  return filled;
}

bool holds(std::string_view condition, const TemplateValues& values) {
  std::istringstream words{std::string(condition)};
  std::string name;
  std::string comparison;
  std::string word;
  words >> name;
  if (name == "not") {
    words >> name;
    return value_of(name, values) != "true";
  }
  if (words >> comparison >> word) return (value_of(name, values) == word) == (comparison == "==");
  return value_of(name, values) == "true";
}

/// An `# if` that is open.
struct Open {
  bool kept = false;     ///< what follows stays
  bool outside = false;  ///< and what is around it
};

}  // namespace

FilledText fill_in(std::string_view text, const TemplateValues& values) {
  FilledText filled;
  std::vector<Open> open;
  bool kept = true;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.starts_with(kIf)) {
      open.push_back({kept && holds(line.substr(kIf.size()), values), kept});
      kept = open.back().kept;
    } else if ((line == kElse || line == kEnd) && open.empty()) {
      throw std::logic_error("a text has '" + std::string(line) + "' without its '# if'");
    } else if (line == kElse) {
      kept = open.back().outside && !open.back().kept;
    } else if (line == kEnd) {
      kept = open.back().outside;
      open.pop_back();
    } else if (!kept) {
      continue;
    } else if (line.starts_with(kUses)) {
      std::istringstream names(with_values(line.substr(kUses.size()), values));
      for (std::string name; names >> name;)
        filled.uses.push_back(name);
    } else {
      filled.text += with_values(line, values) + "\n";
    }
  }
  if (!open.empty()) throw std::logic_error("a text has an '# if' without its '# end'");
  return filled;
}

}  // namespace qarium::exchange
