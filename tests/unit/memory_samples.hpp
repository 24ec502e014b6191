#pragma once
/// What the tests of memories have in common: every kind of memory, small, episodes for it, and plain formulas.

#include <torch/torch.h>

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/config/presets.hpp"
#include "engine/nn/initialisation.hpp"
#include "engine/nn/memory/memory.hpp"
#include "engine/nn/network.hpp"
#include "tests/unit/learning.hpp"
#include "tests/unit/reference_tensors.hpp"

namespace qarium::tests {

inline constexpr std::int64_t kAttended = 4;
inline constexpr std::int64_t kActions = 3;
inline constexpr std::int64_t kInputs = kAttended + kActions + 1;
/// Steps or pairs that a memory of limited reach keeps.
inline constexpr std::int64_t kReach = 3;

inline config::MemoryOptions small_memory(const std::string& kind, const std::string& score = "scaled_dot") {
  config::MemoryOptions o;
  o.kind = kind;
  o.hidden = 6;
  o.slots = 5;
  o.width = 4;
  o.read_heads = 2;
  o.length = kReach;
  o.score = score;
  o.heads = 2;
  o.blocks = 2;
  o.feedforward = 7;
  return o;
}

/// Its inputs are `kInputs` wide, the first `kAttended` of them attended.
inline std::shared_ptr<nn::Memory> memory_of(const config::MemoryOptions& o) {
  auto memory = nn::make_memory(o, kInputs, kAttended);
  nn::initialise(*memory, core::RandomStream(6, core::Purpose::Test, 1));
  return memory;
}

/// [T, B, I]: what is attended to, the previous action, the previous reward.
inline torch::Tensor memory_inputs(std::int64_t steps, std::int64_t batch, std::uint32_t index) {
  auto inputs = normal_tensor({steps, batch, kInputs}, index);
  inputs.narrow(2, kAttended, kActions).zero_();
  for (std::int64_t t = 1; t < steps; ++t) {
    for (std::int64_t b = 0; b < batch; ++b)
      inputs[t][b][kAttended + (5 * t + 3 * b + t * t) % kActions] = 1;
  }
  return inputs;
}

inline torch::Tensor outputs_of(nn::Memory& memory, const torch::Tensor& inputs) {
  return memory.sequence(inputs, memory.initial_state(inputs.size(1))).output;
}

/// W x + b with the parameters that stand under `name`, x [..., I].
inline torch::Tensor linear(nn::Memory& memory, const std::string& name, const torch::Tensor& x) {
  const auto parameters = memory.named_parameters();
  const auto* bias = parameters.find(name + ".bias");
  return torch::linear(x, parameters[name + ".weight"], bias == nullptr ? torch::Tensor() : *bias);
}

/// `catch` seen through attention, small, with this memory.
inline config::Hyperparameters small_cell(const config::MemoryOptions& memory, const std::string& query) {
  auto h = config::preset("catch").hyperparameters;
  h.environment.grid_size = 4;
  h.environment.distractors = 2;
  h.encoder.channels = 3;
  h.attention.kind = "scaled_dot";
  h.attention.query = query;
  h.attention.width = 6;
  h.memory = memory;
  h.fusion.kind = "gated";
  h.head.width = 7;
  return h;
}

inline nn::Network network_of(const config::Hyperparameters& h) {
  nn::Network network(h, spec_of(h));
  std::uint32_t index = 0;
  for (const auto stage : core::kStages)
    nn::initialise(network.block(stage), core::RandomStream(4, core::Purpose::Test, index++));
  return network;
}

/// What a cell is given: grids and the actions and rewards before them.
struct CellEpisode {
  torch::Tensor observations;
  nn::Previous previous;
};

inline CellEpisode cell_episode(std::int64_t steps, std::int64_t batch) {
  auto actions = torch::empty({steps, batch}, torch::kLong);
  for (std::int64_t i = 0; i < actions.numel(); ++i)
    actions.data_ptr<std::int64_t>()[i] = i < batch ? -1 : i % 3;
  return {(normal_tensor({steps, batch, 3, 4, 4}, 11) > 0.7).to(torch::kFloat),
          {actions, normal_tensor({steps, batch}, 12)}};
}

}  // namespace qarium::tests
