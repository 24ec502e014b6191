#include "widgets/settings.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

#include "engine/config/toml.hpp"
#include "widgets/curves/curves_state.hpp"
#include "widgets/folding.hpp"
#include "widgets/gallery/gallery.hpp"
#include "widgets/memory_pictures/memory_look.hpp"
#include "widgets/parts/stage_panel.hpp"
#include "widgets/setting_rows.hpp"
#include "widgets/workspaces.hpp"

namespace qarium::widgets {
namespace {

constexpr std::string_view kHead = "# What Qarium's window remembers between launches.\n";

constexpr std::array<std::string_view, 2> kThemes{"dark", "light"};
constexpr std::array kWindowRows{setting::choice<&ViewState::theme>("theme", kThemes),
                                 setting::number<&ViewState::scale>("scale", kMinimumScale, kMaximumScale),
                                 setting::text<&ViewState::workspace>("workspace"),
                                 setting::text<&ViewState::preset>("preset")};

void settle_window(ViewState& view) {
  view.workspace = shown_workspace(view).id;
}

std::vector<SettingSection> sections() {
  std::vector<SettingSection> all{{"", kWindowRows, settle_window},
                                  kFoldsSection,
                                  kCurvesSection,
                                  kStageSection,
                                  kMemoryLookSection,
                                  kGallerySection};
  for (const auto* workspace : workspaces())
    all.push_back({workspace->id, workspace->settings});
  return all;
}

std::string whole_name(const SettingSection& section, const SettingRow& row) {
  return section.name.empty() ? std::string(row.name) : std::string(section.name).append(".").append(row.name);
}

/// Takes "a" off the front of "a.b.c".
std::string_view take_part(std::string_view& name) {
  const auto part = name.substr(0, name.find('.'));
  name.remove_prefix(std::min(part.size() + 1, name.size()));
  return part;
}

template <class Value>
void insert(toml::table& table, std::string_view key, const Value& value) {
  table.insert(key, value);
}

template <class Value>
void insert(toml::table& table, std::string_view key, const std::vector<Value>& values) {
  toml::array items;
  for (const auto& value : values)
    items.push_back(value);
  table.insert(key, std::move(items));
}

void put(toml::table& table, std::string_view name, const Setting& setting) {
  auto* place = &table;
  auto part = take_part(name);
  for (; !name.empty(); part = take_part(name))
    place = place->insert(part, toml::table{}).first->second.as_table();
  std::visit([&](const auto& value) { insert(*place, part, value); }, setting);
}

const toml::node* find(const toml::table& table, std::string_view name) {
  const auto* place = &table;
  auto part = take_part(name);
  for (; !name.empty(); part = take_part(name)) {
    const auto* node = place->get(part);
    place = node == nullptr ? nullptr : node->as_table();
    if (place == nullptr) return nullptr;
  }
  return place->get(part);
}

/// The values of an array that are all of one kind.
template <class Value>
std::optional<Setting> list_of(const toml::array& array) {
  std::vector<Value> values;
  for (const auto& node : array) {
    const auto value = node.value<Value>();
    if (!value) return std::nullopt;
    values.push_back(*value);
  }
  return values;
}

std::optional<Setting> setting_of(const toml::node& node) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto whole = node.value_exact<std::int64_t>()) return *whole;
  if (const auto real = node.value_exact<double>()) return *real;
  if (const auto text = node.value_exact<std::string>()) return *text;
  if (const auto* array = node.as_array()) {
    const bool texts = array->empty() || array->front().is_string();
    return texts ? list_of<std::string>(*array) : list_of<double>(*array);
  }
  return std::nullopt;
}

/// False where it is not TOML.
bool read_toml(ViewState& view, std::string_view text) {
  try {
    const toml::table table = config::parse_toml(text);
    for (const auto& section : sections()) {
      for (const auto& row : section.rows) {
        const auto* node = find(table, whole_name(section, row));
        const auto setting = node == nullptr ? std::nullopt : setting_of(*node);
        if (setting) set(view, row, *setting);
      }
    }
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view without_quotes(std::string_view text) {
  const bool quoted = text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'');
  return quoted ? text.substr(1, text.size() - 2) : text;
}

struct NamedRow {
  std::string name;
  const SettingRow* row;
};

std::vector<NamedRow> named_rows() {
  std::vector<NamedRow> all;
  for (const auto& section : sections()) {
    for (const auto& row : section.rows)
      all.push_back({whole_name(section, row), &row});
  }
  return all;
}

void read_line(ViewState& view, std::span<const NamedRow> all, std::string_view name, std::string_view value) {
  for (const auto& [its_name, row] : all) {
    if (name == row->former || name == its_name) set(view, *row, former_setting(*row, value));
  }
}

void read_lines(ViewState& view, std::string_view text) {
  const auto all = named_rows();
  std::string prefix;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = trimmed(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (line.size() > 1 && line.front() == '[' && line.back() == ']') {
      prefix.assign(line.substr(1, line.size() - 2)).append(".");
      continue;
    }
    const auto equals = line.find('=');
    if (equals == std::string_view::npos) continue;
    const auto name = prefix + std::string(trimmed(line.substr(0, equals)));
    read_line(view, all, name, without_quotes(trimmed(line.substr(equals + 1))));
  }
}

}  // namespace

std::string to_text(const ViewState& view) {
  toml::table table;
  for (const auto& section : sections()) {
    for (const auto& row : section.rows)
      put(table, whole_name(section, row), get(view, row));
  }
  std::ostringstream stream;
  stream << kHead << table << '\n';
  return stream.str();
}

ViewState view_state_from_text(std::string_view text) {
  ViewState view;
  if (text.size() > config::kLongestToml) return view;
  if (!read_toml(view, text)) read_lines(view, text);
  for (const auto& section : sections()) {
    if (section.settle != nullptr) section.settle(view);
  }
  return view;
}

}  // namespace qarium::widgets
