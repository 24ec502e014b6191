#pragma once
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace qarium::exchange {

/// What a text is filled in with: "memory.hidden" -> "64".
using TemplateValues = std::map<std::string, std::string, std::less<>>;

/// A text after it was filled in.
struct FilledText {
  std::string text;
  std::vector<std::string> uses;  ///< the names of other texts that it asks for, in their order
};

/// Fills in a text that is kept as a file, line by line:
///
///     $name, ${name}                     the value of this name
///     # if name, # if not name           what follows stays where the value is "true", or is not
///     # if name == word, # if name != word
///     # else, # end
///     # uses: name name                  other texts that this one needs
///
/// Directives begin a line. Throws std::logic_error where a value is missing or an `# if` is not ended: the text is the
/// program's own.
FilledText fill_in(std::string_view text, const TemplateValues& values);

}  // namespace qarium::exchange
