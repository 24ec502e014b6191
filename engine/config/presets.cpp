#include "engine/config/presets.hpp"

#include "engine/config/configuration.hpp"
#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

namespace qarium::config {
namespace {

struct EmbeddedPreset {
  std::string_view name;
  std::string_view toml;
};

constexpr EmbeddedPreset kEmbedded[] = {
#include "embedded_presets.inc"
};

Preset read(const EmbeddedPreset& embedded, const Hyperparameters& base = {}) {
  auto configuration = from_toml(embedded.toml, "preset " + std::string(embedded.name), base);
  return {std::string(embedded.name), configuration.description, configuration.hyperparameters, configuration.group};
}

}  // namespace

std::vector<Preset> presets() {
  std::vector<Preset> all;
  for (const auto& embedded : kEmbedded)
    all.push_back(read(embedded));
  return all;
}

Preset preset(std::string_view name, const Hyperparameters& base) {
  std::vector<std::string_view> names;
  for (const auto& embedded : kEmbedded) {
    if (embedded.name == name) return read(embedded, base);
    names.push_back(embedded.name);
  }
  throw core::UserError("unknown preset '" + std::string(name) + "'; there are: " + core::join(names));
}

}  // namespace qarium::config
