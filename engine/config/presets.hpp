#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/config/hyperparameters.hpp"

namespace qarium::config {

/// A named experiment that ships with the program: assets/presets/NAME.toml, built in.
struct Preset {
  std::string name;
  std::string description;
  Hyperparameters hyperparameters;
};

/// All presets, in the order of their names.
std::vector<Preset> presets();

/// Throws core::UserError naming the preset and the known ones.
Preset preset(std::string_view name, const Hyperparameters& base = {});

}  // namespace qarium::config
