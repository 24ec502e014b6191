#pragma once
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace qarium::run {

/// Lists and objects within one another in a file of ours, with room to spare.
inline constexpr int kDeepestJson = 16;

/// What `text` says as JSON. Throws core::UserError, in words, where it is none, nests more than kDeepestJson deep, or
/// names the same thing twice in one object.
nlohmann::json parse_json(std::string_view text);

/// A whole number from 0 on. Throws core::UserError naming `what` where it is none, or beyond 63 bits.
std::int64_t whole_number(const nlohmann::json& value, std::string_view what);
/// The member of this name of an object. Throws core::UserError naming it where there is none.
const nlohmann::json& member(const nlohmann::json& object, const std::string& name);

}  // namespace qarium::run
