#include "engine/config/format.hpp"

#include "engine/core/error.hpp"

namespace qarium::config {

std::int64_t take_format(toml::table& table) {
  const auto* node = table.get("format");
  if (node == nullptr) return 1;
  const auto format = node->value_exact<std::int64_t>();
  if (!format || *format < 1) throw core::UserError("format must be a whole number from 1 on");
  if (*format > kFormat) {
    throw core::UserError("format = " + std::to_string(*format) + ": written by a newer Qarium; this one reads up to " +
                          std::to_string(kFormat));
  }
  table.erase("format");
  return *format;
}

std::string present_environment(std::string_view id, std::int64_t format) {
  if (format < 2 && id == "MinAtar/Breakout-v1") return "MinAtar/Breakout-v0";
  return std::string(id);
}

}  // namespace qarium::config
