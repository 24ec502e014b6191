#include "engine/config/trained_agents.hpp"

#include <algorithm>

#include "engine/core/error.hpp"
#include "engine/core/text.hpp"

// The table that cmake/EmbedBinaries.cmake writes.
struct QariumBinary {
  const char* name;
  const std::byte* first;
  const std::byte* last;
};
extern "C" const QariumBinary qarium_binaries[];  // NOLINT(readability-identifier-naming): a name for the linker

namespace qarium::config {

namespace {

std::string_view text_of(const QariumBinary& binary) {
  return {reinterpret_cast<const char*>(binary.first), static_cast<std::size_t>(binary.last - binary.first)};
}

}  // namespace

std::vector<TrainedAgent> trained_agents() {
  std::vector<TrainedAgent> agents;
  for (const auto* binary = qarium_binaries; binary->name != nullptr; ++binary) {
    const std::string_view path = binary->name;
    const auto slash = path.find('/');
    const auto name = path.substr(0, slash);
    const auto file = path.substr(slash + 1);
    if (agents.empty() || agents.back().name != name) agents.push_back({.name = name});
    auto& agent = agents.back();
    if (file == "best.safetensors") agent.checkpoint = {binary->first, binary->last};
    if (file == "progress.csv") agent.progress = text_of(*binary);
    if (file == "monitor.csv") agent.monitor = text_of(*binary);
  }
  return agents;
}

bool has_trained_agent(std::string_view preset) {
  const auto agents = trained_agents();
  return std::any_of(agents.begin(), agents.end(), [&](const TrainedAgent& agent) { return agent.name == preset; });
}

TrainedAgent trained_agent(std::string_view preset) {
  std::vector<std::string_view> names;
  for (const auto& agent : trained_agents()) {
    if (agent.name == preset) return agent;
    names.push_back(agent.name);
  }
  throw core::UserError("no trained agent ships for the preset '" + std::string(preset) +
                        "'; there are: " + core::join(names));
}

}  // namespace qarium::config
