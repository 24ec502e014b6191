#pragma once
#include <string_view>

#include "engine/config/hyperparameters.hpp"

namespace qarium::widgets {

/// What a change of a hyperparameter whose effect is Rebuild keeps, and what it makes anew, in words for a person.
struct RebuildWords {
  std::string_view kept;
  std::string_view anew;
};
RebuildWords rebuild_words(const config::Parameter& parameter);

}  // namespace qarium::widgets
