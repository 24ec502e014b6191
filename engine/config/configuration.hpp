#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "engine/config/hyperparameters.hpp"

namespace qarium::config {

/// Hyperparameters as TOML: `learning_rate = 2.5e-4`, `[encoder] kind = "mlp"`. Reading changes only what the text
/// names. A text whose top-level key `format` is missing or below the present one (format.hpp) is read as what it meant
/// then. Errors are UserErrors that name `source`, the line where TOML itself is malformed, the key and what is
/// allowed.

struct Configuration {
  std::string description;  ///< the optional top-level key `description`
  std::string group;        ///< the optional top-level key `group`
  Hyperparameters hyperparameters;
  std::int64_t format;  ///< that the text was written in
};

Configuration from_toml(std::string_view text, std::string_view source, const Hyperparameters& base = {});
Configuration read_toml(const std::filesystem::path& file, const Hyperparameters& base = {});

/// The present format and every hyperparameter, in the table's order.
std::string to_toml(const Hyperparameters& hyperparameters);

}  // namespace qarium::config
