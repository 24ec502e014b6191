#include "engine/config/terms.hpp"

#include <string_view>

#include "engine/config/toml.hpp"

namespace qarium::config {
namespace {

struct EmbeddedTerms {
  std::string_view name;
  std::string_view toml;
};

constexpr EmbeddedTerms kEmbeddedTerms[] = {
#include "embedded_terms.inc"
};

}  // namespace

std::vector<Term> terms() {
  std::vector<Term> all;
  for (const auto& embedded : kEmbeddedTerms) {
    const auto table = parse_toml(embedded.toml);
    const auto* rows = table["term"].as_array();
    for (std::size_t i = 0; rows != nullptr && i < rows->size(); ++i) {
      const auto& row = *rows->get(i)->as_table();
      all.push_back({row["name"].value_or(std::string()), row["definition"].value_or(std::string()),
                     row["source"].value_or(std::string())});
    }
  }
  return all;
}

}  // namespace qarium::config
