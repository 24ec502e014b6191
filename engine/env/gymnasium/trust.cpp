#include "engine/env/gymnasium/trust.hpp"

#include <cstdlib>

#include "engine/core/error.hpp"
#include "engine/env/gymnasium/gymnasium_environment.hpp"

namespace qarium::env::gymnasium {

bool imports_module(std::string_view id) {
  return id.starts_with(kPrefix) && id.substr(kPrefix.size()).find(':') != std::string_view::npos;
}

void require_trust(std::string_view id, const std::string& source) {
  if (!imports_module(id)) return;
  if (const char* trust = std::getenv("QARIUM_TRUST"); trust != nullptr && *trust != '\0') return;
  const auto name = id.substr(kPrefix.size());
  throw core::UserError("'" + source + "' names the environment " + std::string(id) +
                        ", which runs the Python module '" + std::string(name.substr(0, name.find(':'))) +
                        "': if you trust it, say so by --trust");
}

}  // namespace qarium::env::gymnasium
