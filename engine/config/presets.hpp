#pragma once
#include <array>
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
  std::string group = {};  ///< one of kPresetGroups
};

/// What presets are sorted by where they are shown, in this order: what is new in each beside those before it.
inline constexpr std::array<std::string_view, 6> kPresetGroups{"control",   "games",  "Atari",
                                                               "attention", "memory", "fields"};

/// All presets, in the order of their names.
std::vector<Preset> presets();

/// Throws core::UserError naming the preset and the known ones.
Preset preset(std::string_view name, const Hyperparameters& base = {});

}  // namespace qarium::config
