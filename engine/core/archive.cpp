#include "engine/core/archive.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

namespace qarium::core {

const NamedArray* Archive::find(std::string_view name) const {
  const auto found = std::ranges::find(arrays, name, &NamedArray::name);
  return found == arrays.end() ? nullptr : &*found;
}

const NamedArray& Archive::need(std::string_view name) const {
  const auto* array = find(name);
  if (array == nullptr) throw UserError("the checkpoint has no array '" + std::string(name) + "'");
  return *array;
}

const std::string& Archive::text(const std::string& name) const {
  const auto found = metadata.find(name);
  if (found == metadata.end()) throw UserError("the checkpoint does not say its '" + name + "'");
  return found->second;
}

std::int64_t Archive::count(const std::string& name) const {
  constexpr std::int64_t kMost = std::int64_t{1} << 53;
  const auto& digits = text(name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || value < 0 || value > kMost) {
    throw UserError("the checkpoint's '" + name + "' is not a number of things: " + quoted(digits));
  }
  return value;
}

double Archive::number(const std::string& name) const {
  const auto& digits = text(name);
  double value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size() || !std::isfinite(value)) {
    throw UserError("the checkpoint's '" + name + "' is not a number: " + quoted(digits));
  }
  return value;
}

}  // namespace qarium::core
