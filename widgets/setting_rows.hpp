#pragma once
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "widgets/view_state.hpp"

namespace qarium::widgets {

/// A value on its way to or from the settings file.
using Setting = std::variant<bool, std::int64_t, double, std::string, std::vector<double>, std::vector<std::string>>;
using Names = std::set<std::string, std::less<>>;

/// One member that is remembered between launches: a row of its section. Made by the functions in `setting`.
struct SettingRow {
  /// An enumeration's value, by its number.
  struct Choice {
    std::size_t (*get)(ViewState&);
    void (*set)(ViewState&, std::size_t);
  };
  using Access =
      std::variant<bool& (*)(ViewState&), int& (*)(ViewState&), std::int64_t& (*)(ViewState&), float& (*)(ViewState&),
                   std::string& (*)(ViewState&), std::span<float> (*)(ViewState&), Names& (*)(ViewState&), Choice>;

  std::string_view name;  ///< in its section: "opacity", "splitter.left"
  Access access;
  double low = 0;  ///< numbers are held within these
  double high = 0;
  /// Of a choice, its values in order; of a text, what is allowed; of a whole number, names for `low` and those after
  /// it.
  std::span<const std::string_view> words = {};
  /// Its whole name in the `name = value` files of earlier versions, where that was another than section and name.
  std::string_view former = {};
  /// What numbers meant there, where it is a name now.
  std::span<const std::string_view> former_words = {};
};

/// The rows of one part of the window.
struct SettingSection {
  std::string_view name;  ///< empty for what stands before all sections
  std::span<const SettingRow> rows;
  /// Sets right what does not fit together after reading; may be null.
  void (*settle)(ViewState&) = nullptr;
};

Setting get(const ViewState& view, const SettingRow& row);
/// Numbers are clamped; a value of another type, that is not finite or not among the words is passed over.
void set(ViewState& view, const SettingRow& row, const Setting& setting);
/// The value that a text without quotes stands for, as earlier versions wrote them.
Setting former_setting(const SettingRow& row, std::string_view text);

/// One row each. `Member` is one of ViewState or of a state that it keeps by its type; `Inner` one of a struct in that.
namespace setting {

/// What a splitter may give its first side at least, and leave its second.
inline constexpr double kLeastShare = 0.05;

template <class Owner, class Value>
Owner owner_of(Value Owner::*);

template <auto Member, auto... Inner>
auto& member(ViewState& view) {
  using Owner = decltype(owner_of(Member));
  if constexpr (std::is_same_v<Owner, ViewState>) {
    return ((view.*Member).*....*Inner);
  } else {
    return ((view.of<Owner>().*Member).*....*Inner);
  }
}

template <auto... Members>
constexpr SettingRow flag(std::string_view name) {
  return {name, &member<Members...>};
}

template <auto... Members>
constexpr SettingRow number(std::string_view name, double low, double high,
                            std::span<const std::string_view> words = {}) {
  return {name, &member<Members...>, low, high, words};
}

/// Of a splitter.
template <auto... Members>
constexpr SettingRow share(std::string_view name) {
  return {name, &member<Members...>, kLeastShare, 1 - kLeastShare};
}

/// Several numbers, each within the limits.
template <auto... Members>
constexpr SettingRow numbers(std::string_view name, double low, double high) {
  return {name, +[](ViewState& view) { return std::span<float>(member<Members...>(view)); }, low, high};
}

template <auto... Members>
constexpr SettingRow text(std::string_view name, std::span<const std::string_view> words = {}) {
  return {name, &member<Members...>, 0, 0, words};
}

/// A set of names.
template <auto... Members>
constexpr SettingRow names(std::string_view name) {
  return {name, &member<Members...>};
}

/// An enumeration, by a word for each of its values in order.
template <auto... Members>
constexpr SettingRow choice(std::string_view name, std::span<const std::string_view> words) {
  return {name,
          SettingRow::Choice{[](ViewState& view) { return static_cast<std::size_t>(member<Members...>(view)); },
                             [](ViewState& view, std::size_t value) {
                               auto& place = member<Members...>(view);
                               place = static_cast<std::remove_reference_t<decltype(place)>>(value);
                             }},
          0, 0, words};
}

/// The row, with the whole name that it had in the files of earlier versions.
constexpr SettingRow formerly(SettingRow row, std::string_view name,
                              std::span<const std::string_view> former_words = {}) {
  row.former = name;
  row.former_words = former_words;
  return row;
}

}  // namespace setting
}  // namespace qarium::widgets
