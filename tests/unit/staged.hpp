#pragma once
/// What the tests of the stage have in common.

#include "engine/inspect/episode_viewer.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::tests {

/// Parameters as the trainer would send them: drawn for rebuild number `number`.
inline protocol::ParameterExchange::Version version_of(const config::Hyperparameters& h, std::uint64_t number,
                                                       const protocol::Position& position = {}) {
  agent::NetworkPolicy policy(h, spec_of(h), torch::kCPU, static_cast<std::uint32_t>(number));
  const auto& values = policy.parameters().values();
  protocol::ParameterExchange::Version version{number, position, h, {}, {}};
  version.values.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  return version;
}

inline protocol::StageSnapshot describe(inspect::EpisodeViewer& stage, protocol::Needs needs = protocol::kEverything) {
  protocol::StageSnapshot snapshot;
  stage.describe(snapshot, needs);
  return snapshot;
}

}  // namespace qarium::tests
