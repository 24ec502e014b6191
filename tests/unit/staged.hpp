#pragma once
/// What the tests of the stage have in common.

#include "engine/train/stage.hpp"
#include "tests/unit/learning.hpp"

namespace qarium::tests {

/// Parameters as the trainer would send them: drawn for rebuild number `number`.
inline train::ParameterExchange::Version version_of(const core::Hyperparameters& h, std::uint64_t number,
                                                    const core::Position& position = {}) {
  agent::Policy policy(h, spec_of(h), torch::kCPU, static_cast<std::uint32_t>(number));
  const auto& values = policy.parameters().values();
  train::ParameterExchange::Version version{number, position, h, {}, {}};
  version.values.assign(values.data_ptr<float>(), values.data_ptr<float>() + values.numel());
  return version;
}

inline core::StageSnapshot describe(train::Stage& stage, core::Needs needs = core::kEverything) {
  core::StageSnapshot snapshot;
  stage.describe(snapshot, needs);
  return snapshot;
}

}  // namespace qarium::tests
