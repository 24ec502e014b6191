#include "engine/agent/family.hpp"

#include <algorithm>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

namespace qarium::agent {

const Family& family_of(const config::Hyperparameters& hyperparameters, Families families) {
  const auto found = std::ranges::find(families, hyperparameters.algorithm, &Family::algorithm);
  if (found != families.end()) return *found;
  std::vector<std::string_view> known;
  for (const auto& family : families)
    known.push_back(family.algorithm);
  throw core::UserError("algorithm = '" + hyperparameters.algorithm + "' is unknown; there are: " + core::join(known));
}

}  // namespace qarium::agent
