#include "engine/run/json_text.hpp"

#include <limits>
#include <set>
#include <vector>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

namespace qarium::run {

using nlohmann::json;

json parse_json(std::string_view text) {
  std::vector<std::set<std::string>> names;  // of the objects that are open
  const auto watch = [&](int depth, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
        names.emplace_back();
        [[fallthrough]];
      case json::parse_event_t::array_start:
        if (depth >= kDeepestJson)
          throw core::UserError("its JSON nests more than " + std::to_string(kDeepestJson) + " deep");
        break;
      case json::parse_event_t::key: {
        const auto& name = parsed.get_ref<const std::string&>();
        if (!names.back().insert(name).second) throw core::UserError("it names " + core::quoted(name) + " twice");
        break;
      }
      case json::parse_event_t::object_end:
        names.pop_back();
        break;
      default:
        break;
    }
    return true;
  };
  try {
    return json::parse(text, watch);
  } catch (const json::parse_error& error) {
    throw core::UserError("its JSON makes no sense at byte " + std::to_string(error.byte));
  } catch (const json::exception&) {  // a number beyond any that there is
    throw core::UserError("its JSON makes no sense");
  }
}

std::int64_t whole_number(const json& value, std::string_view what) {
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!value.is_number_unsigned() || value.get<std::uint64_t>() > kMost)
    throw core::UserError(std::string(what) + " is no whole number from 0 on");
  return value.get<std::int64_t>();
}

const json& member(const json& object, const std::string& name) {
  const auto found = object.find(name);
  if (found == object.end()) throw core::UserError("it does not say " + core::quoted(name));
  return *found;
}

}  // namespace qarium::run
