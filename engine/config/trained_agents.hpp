#pragma once
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace qarium::config {

/// A checkpoint that ships with the program for the preset of this name: assets/trained/NAME.safetensors, built in.
/// What trained it stands beside it in assets/trained/README.md.
struct TrainedAgent {
  std::string_view name;
  std::span<const std::byte> checkpoint;
};

/// In the order of their names.
std::vector<TrainedAgent> trained_agents();
bool has_trained_agent(std::string_view preset);
/// Throws core::UserError naming the preset and those that have one.
TrainedAgent trained_agent(std::string_view preset);

}  // namespace qarium::config
