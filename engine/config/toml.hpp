#pragma once

/// The one place that brings toml++ in. Its parser asserts that malformed text (`[=`, `a = [}`) cannot be, and then
/// says what is wrong with it all the same; with NDEBUG it even lets the compiler assume it. Here the assertions are
/// nothing in every build, so that each text gets its answer.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(condition) static_cast<void>(0)
#define TOML_MAX_NESTED_VALUES 64
#include <toml++/toml.h>
#pragma pop_macro("NDEBUG")

#include <cstddef>
#include <string_view>

namespace qarium::config {

/// The longest text that is read.
inline constexpr std::size_t kLongestToml = 1U << 20U;

/// The table that `text` writes. Throws UserError ("line 3: malformed TOML: ...") for a text that is none, longer than
/// kLongestToml, or nested deeper than any of ours.
toml::table parse_toml(std::string_view text);

}  // namespace qarium::config
