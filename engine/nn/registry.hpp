#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "engine/core/error.hpp"

namespace qarium::nn {

/// One line of a stage's registry: a kind's name and how to make it.
template <class Make>
struct Kind {
  std::string_view name;
  Make make;
};

/// The maker of the kind called `name`. Throws core::UserError naming `key` and the kinds there are.
template <class Make, std::size_t n>
Make find_kind(const Kind<Make> (&kinds)[n], std::string_view key, std::string_view name) {
  std::string known;
  for (const auto& kind : kinds) {
    if (kind.name == name) return kind.make;
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  throw core::UserError(std::string(key) + " = '" + std::string(name) + "' is unknown; there are: " + known);
}

}  // namespace qarium::nn
