#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "engine/config/toml.hpp"

namespace qarium::config {

/// What the names and values in a configuration mean, as a number that grows where a meaning changes. A text that the
/// program writes says it: `format = 2`; one without it is of format 1.
///
/// 1: "MinAtar/Breakout-v1" had all six actions.
/// 2: it has the minimal ones, as in MinAtar; with all six it is "MinAtar/Breakout-v0".
inline constexpr std::int64_t kFormat = 2;

/// Takes `format` out of the table. Throws core::UserError where that is no number or newer than this program.
std::int64_t take_format(toml::table& table);

/// What an environment that `format` calls `id` is called now.
std::string present_environment(std::string_view id, std::int64_t format);

}  // namespace qarium::config
