#pragma once
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace qarium::widgets {

/// What a workspace tells of itself, for tests that drive the window from outside. A dot in a name makes a group.
class Report {
 public:
  using Value = std::variant<bool, std::int64_t, double, std::string, std::vector<int>>;

  void add(std::string_view name, bool value) { entries_.emplace_back(name, value); }
  void add(std::string_view name, std::integral auto value) {
    entries_.emplace_back(name, static_cast<std::int64_t>(value));
  }
  void add(std::string_view name, std::floating_point auto value) {
    entries_.emplace_back(name, static_cast<double>(value));
  }
  void add(std::string_view name, std::string_view value) { entries_.emplace_back(name, std::string(value)); }
  void add(std::string_view name, const std::string& value) { entries_.emplace_back(name, value); }
  void add(std::string_view name, const std::vector<int>& value) { entries_.emplace_back(name, value); }

  const std::vector<std::pair<std::string, Value>>& entries() const { return entries_; }

 private:
  std::vector<std::pair<std::string, Value>> entries_;
};

}  // namespace qarium::widgets
