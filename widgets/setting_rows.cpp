#include "widgets/setting_rows.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/core/overloaded.hpp"
#include "engine/core/text.hpp"

namespace qarium::widgets {
namespace {

constexpr std::size_t kLongestName = 200;
constexpr std::size_t kMostNames = 256;

/// A name goes on one line, is not endless, and may stand in the file.
std::string one_line(std::string_view text) {
  auto line = core::valid_utf8(text.substr(0, kLongestName));
  std::erase_if(line, [](unsigned char letter) { return letter < 32 || letter == 127; });
  return line;
}

std::optional<std::size_t> place_of(std::span<const std::string_view> words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<std::size_t>(found - words.begin());
}

std::optional<double> finite_number(const Setting& setting) {
  if (const auto* whole = std::get_if<std::int64_t>(&setting)) return static_cast<double>(*whole);
  const auto* real = std::get_if<double>(&setting);
  if (real == nullptr || !std::isfinite(*real)) return std::nullopt;
  return *real;
}

/// Four decimals: what a hand can mean, and nothing of what a float adds to it.
double rounded(float value) {
  return std::round(static_cast<double>(value) * 1e4) / 1e4;
}

template <class Whole>
void set_whole(const SettingRow& row, const Setting& setting, Whole& place) {
  if (const auto* word = std::get_if<std::string>(&setting)) {
    if (const auto at = place_of(row.words, *word)) place = static_cast<Whole>(row.low) + static_cast<Whole>(*at);
  } else if (const auto* whole = std::get_if<std::int64_t>(&setting)) {
    // Compared as numbers of the widest kind: none of them is out of a double's range.
    const auto value = static_cast<double>(*whole);
    place = value < row.low    ? static_cast<Whole>(row.low)
            : value > row.high ? static_cast<Whole>(row.high)
                               : static_cast<Whole>(*whole);
  }
}

template <class Whole>
Setting get_whole(const SettingRow& row, Whole value) {
  const auto at = static_cast<double>(value) - row.low;
  if (at >= 0 && at < static_cast<double>(row.words.size()))
    return std::string(row.words[static_cast<std::size_t>(at)]);
  return static_cast<std::int64_t>(value);
}

void set_text(const SettingRow& row, const Setting& setting, std::string& place) {
  const auto* given = std::get_if<std::string>(&setting);
  if (given == nullptr || (!row.words.empty() && !place_of(row.words, *given))) return;
  place = one_line(*given);
}

void set_numbers(const SettingRow& row, const Setting& setting, std::span<float> place) {
  const auto* given = std::get_if<std::vector<double>>(&setting);
  if (given == nullptr || given->size() != place.size()) return;
  if (!std::all_of(given->begin(), given->end(), [](double value) { return std::isfinite(value); })) return;
  std::transform(given->begin(), given->end(), place.begin(),
                 [&](double value) { return static_cast<float>(std::clamp(value, row.low, row.high)); });
}

void set_names(const Setting& setting, Names& place) {
  const auto* given = std::get_if<std::vector<std::string>>(&setting);
  if (given == nullptr) return;
  place.clear();
  for (const auto& name : *given) {
    if (place.size() < kMostNames && !name.empty()) place.insert(one_line(name));
  }
}

template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number value{};
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec != std::errc{} || result.ptr != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "0.5 0 1"
std::vector<double> read_numbers(std::string_view text) {
  std::vector<double> numbers;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const auto number = read_number<double>(text.substr(0, end));
    if (!number) return {};
    numbers.push_back(*number);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return numbers;
}

/// "0010": the third of the former words.
std::vector<std::string> read_marks(std::string_view text, std::span<const std::string_view> words) {
  std::vector<std::string> names;
  if (text.find_first_not_of("01") != std::string_view::npos) return names;
  for (std::size_t i = 0; i < std::min(text.size(), words.size()); ++i) {
    if (text[i] == '1') names.emplace_back(words[i]);
  }
  return names;
}

std::string former_name(std::string_view text, std::span<const std::string_view> words) {
  if (words.empty()) return std::string(text);
  const auto at = read_number<std::size_t>(text);
  return at && *at < words.size() ? std::string(words[*at]) : std::string();
}

}  // namespace

Setting get(const ViewState& view, const SettingRow& row) {
  auto& mutable_view = const_cast<ViewState&>(view);  // the accessors only hand out references
  return std::visit(
      core::Overloaded{[&](bool& (*access)(ViewState&)) -> Setting { return access(mutable_view); },
                       [&](int& (*access)(ViewState&)) { return get_whole(row, access(mutable_view)); },
                       [&](std::int64_t& (*access)(ViewState&)) { return get_whole(row, access(mutable_view)); },
                       [&](float& (*access)(ViewState&)) -> Setting { return rounded(access(mutable_view)); },
                       [&](std::string& (*access)(ViewState&)) -> Setting { return one_line(access(mutable_view)); },
                       [&](std::span<float> (*access)(ViewState&)) -> Setting {
                         std::vector<double> values;
                         for (const float value : access(mutable_view))
                           values.push_back(rounded(value));
                         return values;
                       },
                       [&](Names& (*access)(ViewState&)) -> Setting {
                         const auto& names = access(mutable_view);
                         return std::vector<std::string>(names.begin(), names.end());
                       },
                       [&](const SettingRow::Choice& choice) -> Setting {
                         return std::string(row.words[std::min(choice.get(mutable_view), row.words.size() - 1)]);
                       }},
      row.access);
}

void set(ViewState& view, const SettingRow& row, const Setting& setting) {
  std::visit(core::Overloaded{[&](bool& (*access)(ViewState&)) {
                                if (const auto* given = std::get_if<bool>(&setting)) access(view) = *given;
                              },
                              [&](int& (*access)(ViewState&)) { set_whole(row, setting, access(view)); },
                              [&](std::int64_t& (*access)(ViewState&)) { set_whole(row, setting, access(view)); },
                              [&](float& (*access)(ViewState&)) {
                                const auto given = finite_number(setting);
                                if (given) access(view) = static_cast<float>(std::clamp(*given, row.low, row.high));
                              },
                              [&](std::string& (*access)(ViewState&)) { set_text(row, setting, access(view)); },
                              [&](std::span<float> (*access)(ViewState&)) { set_numbers(row, setting, access(view)); },
                              [&](Names& (*access)(ViewState&)) { set_names(setting, access(view)); },
                              [&](const SettingRow::Choice& choice) {
                                const auto* given = std::get_if<std::string>(&setting);
                                if (given == nullptr) return;
                                if (const auto at = place_of(row.words, *given)) choice.set(view, *at);
                              }},
             row.access);
}

Setting former_setting(const SettingRow& row, std::string_view text) {
  const auto whole = [&]() -> Setting {
    if (const auto number = read_number<std::int64_t>(text)) return *number;
    return std::string(text);
  };
  return std::visit(
      core::Overloaded{[&](bool& (*)(ViewState&)) -> Setting {
                         if (text == "true" || text == "false") return text == "true";
                         return std::string(text);
                       },
                       [&](int& (*)(ViewState&)) { return whole(); },
                       [&](std::int64_t& (*)(ViewState&)) { return whole(); },
                       [&](float& (*)(ViewState&)) -> Setting {
                         if (const auto number = read_number<double>(text)) return *number;
                         return std::string(text);
                       },
                       [&](std::string& (*)(ViewState&)) -> Setting { return former_name(text, row.former_words); },
                       [&](std::span<float> (*)(ViewState&)) -> Setting { return read_numbers(text); },
                       [&](Names& (*)(ViewState&)) -> Setting { return read_marks(text, row.former_words); },
                       [&](const SettingRow::Choice&) -> Setting { return std::string(text); }},
      row.access);
}

}  // namespace qarium::widgets
