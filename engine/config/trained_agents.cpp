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

std::vector<TrainedAgent> trained_agents() {
  std::vector<TrainedAgent> agents;
  for (const auto* binary = qarium_binaries; binary->name != nullptr; ++binary)
    agents.push_back({binary->name, {binary->first, binary->last}});
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
