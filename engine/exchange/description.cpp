#include "engine/exchange/description.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/core/error.hpp"
#include "engine/core/files.hpp"
#include "engine/exchange/describe_parts.hpp"
#include "engine/exchange/pytorch.hpp"
#include "engine/run/run_directory.hpp"

namespace qarium::exchange {

const Fact* Description::find(std::string_view key) const {
  const auto found = std::ranges::find(facts, key, &Fact::key);
  return found == facts.end() ? nullptr : &*found;
}

std::string Description::text() const {
  std::size_t widest = 0;
  for (const auto& fact : facts)
    widest = std::max(widest, fact.label.size());
  std::string text = path + ": " + words + "\n";
  for (const auto& fact : facts)
    text += "  " + fact.label + std::string(widest + 2 - fact.label.size(), ' ') + fact.words + "\n";
  for (const auto& warning : warnings)
    text += "  beware: " + warning + "\n";
  return text;
}

nlohmann::ordered_json Description::json() const {
  nlohmann::ordered_json json{{"path", path}, {"kind", kind}, {"what", words}};
  for (const auto& fact : facts)
    json[fact.key] = nlohmann::ordered_json::parse(fact.json);
  if (!warnings.empty()) json["warnings"] = warnings;
  return json;
}

Description describe(const std::filesystem::path& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  const auto name = core::shown(path);
  if (std::filesystem::is_regular_file(status)) return describe_file(path);
  if (!std::filesystem::exists(status)) throw core::UserError("there is no file or folder '" + name + "'");
  if (!std::filesystem::is_directory(status)) throw core::UserError("'" + name + "' is neither a file nor a folder");
  if (run::RunDirectory::holds_run(path)) return describe_run(path);
  if (std::filesystem::exists(path / kModuleFile, error) && std::filesystem::exists(path / kWeightsFile, error))
    return describe_export(path);
  throw core::UserError("'" + name + "' holds no run (it has no " + run::kConfigurationFile + ") and no export (no " +
                        kModuleFile + " beside " + kWeightsFile + ")");
}

}  // namespace qarium::exchange
