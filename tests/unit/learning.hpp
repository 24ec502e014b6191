#pragma once
/// What the tests of what learns have in common: small experiments, batches of numbers, folders that go away.

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "engine/agent/dqn/dqn_learner.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/random.hpp"
#include "engine/core/temporary_folder.hpp"
#include "engine/env/registry.hpp"
#include "engine/nn/flat_parameters.hpp"
#include "engine/train/train_loop.hpp"

namespace qarium::tests {

using Bytes = std::vector<std::byte>;

inline std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

/// A short passive T-maze with this memory, as small as it can be; learns from step 60 on.
inline config::Hyperparameters small_maze(const std::string& memory) {
  config::Hyperparameters h;
  h.environment.id = "tmaze_passive";
  h.environment.corridor_length = 6;
  h.n_timesteps = 100'000;
  h.n_envs = 2;
  h.buffer_size = 600;
  h.learning_starts = 60;
  h.batch_size = 6;
  h.train_freq = 4;
  h.target_update_interval = 40;
  h.exploration_fraction = 0.001;
  h.eval_freq = 100;
  h.n_eval_episodes = 3;
  h.sequence_length = 5;
  h.burn_in = 2;
  h.sequence_overlap = 3;
  h.prioritized_replay = true;
  h.value_rescaling = true;
  h.encoder.width = 8;
  h.memory.kind = memory;
  h.memory.hidden = 8;
  h.memory.slots = 5;
  h.memory.width = 4;
  h.head.width = 8;
  return h;
}

/// CartPole with a network so small that a tick takes microseconds; learns from step 100 on.
inline config::Hyperparameters small_cartpole() {
  config::Hyperparameters h;
  h.n_timesteps = 1'000'000;
  h.buffer_size = 1'000;
  h.learning_starts = 100;
  h.batch_size = 16;
  h.learning_rate = 1e-3;
  h.target_update_interval = 50;
  h.exploration_fraction = 0.001;
  h.eval_freq = 0;
  h.encoder.width = 24;
  h.head.width = 20;
  return h;
}

/// MinAtar Breakout with every switch of the learner on.
inline config::Hyperparameters small_breakout() {
  auto h = config::preset("breakout-dqn").hyperparameters;
  h.buffer_size = 2'000;
  h.learning_starts = 100;
  h.eval_freq = 0;
  h.head.width = 32;
  h.head.dueling = true;
  h.double_q = true;
  h.prioritized_replay = true;
  h.n_step = 3;
  return h;
}

/// A state of n rows with parts of these shapes; all numbers are zero.
inline agent::RecurrentState state_of(std::size_t n, const std::vector<std::vector<std::int64_t>>& shapes) {
  auto layout = std::make_shared<agent::StateLayout>();
  for (const auto& shape : shapes) {
    std::size_t size = 1;
    for (const auto extent : shape)
      size *= static_cast<std::size_t>(extent);
    layout->parts.push_back({"part" + std::to_string(layout->parts.size()), shape, layout->row, size});
    layout->row += size;
  }
  return agent::RecurrentState::make(std::move(layout), n);
}

/// The learner of a loop that learns by `dqn`.
inline agent::DqnLearner& dqn_of(train::TrainLoop& loop) {
  return dynamic_cast<agent::DqnLearner&>(loop.learner());
}

/// Of the environments of Gymnasium that presets name, as the bridge tells it, without a Python; of any other, no
/// actions.
inline env::EnvironmentSpec field_spec(const std::string& id) {
  env::EnvironmentSpec spec;
  spec.id = id;
  auto& space = spec.observation_space;
  auto& actions = spec.action_space.names;
  if (id == "gym:highway-fast-v0") {
    space.shape = {5, 5};
    actions = {"lane left", "idle", "lane right", "faster", "slower"};
  } else if (id == "gym:MiniGrid-MemoryS7-v0") {
    space.parts = {{"direction", env::PartKind::Symbol, 0, {4}, true},
                   {"image", env::PartKind::Numbers, 4, {3, 7, 7}, true},
                   {"mission", env::PartKind::Words, 151, {32}, true}};
    space.type = env::ScalarType::Uint8;
    space.shape = {183};
    space.low = {0};
    space.high.assign(183, 1);
    std::fill_n(space.high.begin() + 4, 147, 255.0F);
    actions = {"left", "right", "forward", "pickup", "drop", "toggle", "done"};
  } else if (id == "gym:LunarLander-v3") {
    space.shape = {8};
    actions.assign(4, "engine");
  } else if (id == "gym:stocks-v0") {
    space.shape = {30, 2};
    actions = {"sell", "buy"};
  } else if (id == "gym:Sepsis/ICU-Sepsis-v2") {
    space.shape = {716};
    actions.assign(25, "treatment");
  }
  return spec;
}

inline env::EnvironmentSpec spec_of(const config::Hyperparameters& h) {
  if (h.environment.id.starts_with("gym:ALE/")) {  // as the bridge tells it, without a Python
    env::EnvironmentSpec spec;
    spec.frames = h.environment.arcade.frame_stack;
    spec.observation_space = {
        .shape = {spec.frames, 84, 84}, .type = env::ScalarType::Uint8, .low = {0}, .high = {255}};
    spec.action_space.names = {"noop", "fire", "right", "left", "rightfire", "leftfire"};
    return spec;
  }
  if (const auto field = field_spec(h.environment.id); !field.action_space.names.empty()) return field;
  return env::make(h.environment)->spec();
}

/// Standard normal numbers of any shape, the same for the same index.
inline torch::Tensor normal_tensor(const std::vector<std::int64_t>& shape, std::uint32_t index) {
  core::RandomStream random(1, core::Purpose::Test, index);
  auto tensor = torch::empty(shape, torch::kFloat);
  for (std::int64_t i = 0; i < tensor.numel(); ++i)
    tensor.data_ptr<float>()[i] = static_cast<float>(random.normal());
  return tensor;
}

/// Each parameter as a tensor of its own in double, by name.
inline std::map<std::string, torch::Tensor> in_double(nn::FlatParameters& parameters) {
  std::map<std::string, torch::Tensor> copies;
  for (const auto& slice : parameters.slices()) {
    std::int64_t n = 1;
    for (const auto extent : slice.shape)
      n *= extent;
    copies[slice.name] = parameters.values().detach().narrow(0, slice.offset, n).view(slice.shape).to(torch::kDouble);
  }
  return copies;
}

/// Largest |a - b| in units of |b|, where |b| is taken as `floor` at least.
inline double relative_difference(const torch::Tensor& a, const torch::Tensor& b, double floor) {
  if (a.numel() == 0) return 0;
  const auto wide = b.to(torch::kDouble);
  return ((a.to(torch::kDouble) - wide).abs() / wide.abs().clamp_min(floor)).max().item<double>();
}

inline bool equal_bits(const torch::Tensor& a, const torch::Tensor& b) {
  return a.numel() == b.numel() && std::memcmp(a.data_ptr<float>(), b.data_ptr<float>(),
                                               static_cast<std::size_t>(a.numel()) * sizeof(float)) == 0;
}

}  // namespace qarium::tests
