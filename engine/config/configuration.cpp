#include "engine/config/configuration.hpp"

#include "engine/config/format.hpp"
#include "engine/config/toml.hpp"
#include "engine/core/error.hpp"
#include "engine/core/files.hpp"

namespace qarium::config {
namespace {

Value value_of(const toml::node& node, const std::string& key) {
  if (const auto flag = node.value_exact<bool>()) return *flag;
  if (const auto whole = node.value_exact<std::int64_t>()) return *whole;
  if (const auto real = node.value_exact<double>()) return *real;
  if (const auto text = node.value_exact<std::string>()) return *text;
  throw core::UserError(key + " must be a number, true, false or a text");
}

void assign(Hyperparameters& hyperparameters, const toml::table& table, const std::string& prefix) {
  for (const auto& [key, node] : table) {
    const std::string name = prefix + std::string(key.str());
    if (const auto* section = node.as_table()) {
      assign(hyperparameters, *section, name + ".");
    } else {
      set(hyperparameters, name, value_of(node, name));
    }
  }
}

/// Names as they are now where the table's format had others.
void modernise(toml::table& table, std::int64_t format) {
  auto* section = table["environment"].as_table();
  if (section == nullptr) return;
  if (const auto id = (*section)["id"].value_exact<std::string>()) {
    section->insert_or_assign("id", present_environment(*id, format));
  }
}

std::string toml_text(const Value& value) {
  const std::string text = format(value);
  if (std::holds_alternative<std::string>(value)) return '"' + text + '"';
  const bool looks_whole = text.find_first_of(".en") == std::string::npos;
  return std::holds_alternative<double>(value) && looks_whole ? text + ".0" : text;
}

}  // namespace

Configuration from_toml(std::string_view text, std::string_view source, const Hyperparameters& base) {
  Configuration configuration{{}, {}, base, kFormat};
  try {
    toml::table table = parse_toml(text);
    configuration.description = table["description"].value_or(std::string{});
    table.erase("description");
    configuration.group = table["group"].value_or(std::string{});
    table.erase("group");
    configuration.format = take_format(table);
    modernise(table, configuration.format);
    // Another family has defaults of its own, over which the table stands.
    const auto algorithm = table["algorithm"].value_exact<std::string>();
    if (algorithm && *algorithm != base.algorithm) configuration.hyperparameters = defaults_of(*algorithm);
    assign(configuration.hyperparameters, table, "");
    validate(configuration.hyperparameters);
  } catch (const core::UserError& error) {
    throw core::UserError(std::string(source) + ": " + error.what());
  }
  return configuration;
}

Configuration read_toml(const std::filesystem::path& file, const Hyperparameters& base) {
  const auto text = core::read_text(file, kLongestToml, core::Pipes::Read);
  if (!text) throw core::UserError("cannot read the configuration '" + file.string() + "': is it a file you may read?");
  return from_toml(*text, file.string(), base);
}

std::string to_toml(const Hyperparameters& hyperparameters) {
  std::string plain = "format = " + std::to_string(kFormat) + "\n";
  std::string sections;
  std::string current;
  for (const auto& parameter : parameters()) {
    const auto dot = parameter.name.find('.');
    const std::string value = toml_text(get(hyperparameters, parameter));
    if (dot == std::string_view::npos) {
      plain += std::string(parameter.name) + " = " + value + "\n";
      continue;
    }
    if (const auto section = std::string(parameter.name.substr(0, dot)); section != current) {
      current = section;
      sections += "\n[" + section + "]\n";
    }
    sections += std::string(parameter.name.substr(dot + 1)) + " = " + value + "\n";
  }
  return plain + sections;
}

}  // namespace qarium::config
