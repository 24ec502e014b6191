#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace qarium::config {

/// What ships of a run of the preset of this name, built in: the files of assets/trained/NAME. What trained it stands
/// in assets/trained/README.md.
struct TrainedAgent {
  std::string_view name;
  std::span<const std::byte> checkpoint;  ///< best.safetensors
  std::string_view progress;              ///< progress.csv, which its curves are drawn from
  std::string_view monitor;               ///< monitor.csv, likewise
};

/// In the order of their names.
std::vector<TrainedAgent> trained_agents();
bool has_trained_agent(std::string_view preset);
/// Throws core::UserError naming the preset and those that have one.
TrainedAgent trained_agent(std::string_view preset);

}  // namespace qarium::config
