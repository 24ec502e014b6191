#pragma once
#include <string>
#include <vector>

namespace qarium::config {

/// A word of the field.
struct Term {
  std::string name;
  std::string definition;  ///< a sentence or two
  std::string source;      ///< a paper or a book, with its section where there is one
};

/// Those of assets/terms.toml, which is built into the program, in its order.
std::vector<Term> terms();

}  // namespace qarium::config
