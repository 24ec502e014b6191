#pragma once
#include "engine/agent/dqn/dqn.hpp"
#include "engine/config/presets.hpp"

namespace qarium::bench {

/// One gradient update of the Nature DQN at the settings of CleanRL's dqn_atari.py (batch 32, plain Q-learning, mean
/// squared error, Adam) from a replay of made-up frames.
class NatureUpdate {
 public:
  explicit NatureUpdate(torch::Device device, bool fused = true)
      : h_(settings(fused)), dqn_(h_, spec(), device), replay_({spec().observation_space.bytes(), 4}, 10'000, 1) {
    replay_.configure(h_.n_step, false);
    for (std::size_t i = 0; i < 9'000; ++i) {
      const auto frame = replay_.current(0);
      for (std::size_t k = 0; k < frame.size(); ++k)
        frame[k] = static_cast<std::byte>((i * 31 + k) % 251);
      replay_.append(0, static_cast<int>(i % 6), i % 50 == 0 ? 1.0F : 0.0F, false, false);
    }
  }

  void operator()() { dqn_.update(replay_, h_, 1, random_); }

 private:
  static config::Hyperparameters settings(bool fused) {
    auto h = config::preset("atari-pong").hyperparameters;
    h.double_q = false;
    h.n_step = 1;
    h.loss = "mse";
    h.fused = fused;
    return h;
  }

  static env::EnvironmentSpec spec() {
    env::EnvironmentSpec its;
    its.frames = 4;
    its.observation_space = {.shape = {4, 84, 84}, .type = env::ScalarType::Uint8, .low = {0}, .high = {255}};
    its.action_space.names.assign(6, "action");
    return its;
  }

  config::Hyperparameters h_;
  agent::Dqn dqn_;
  agent::ReplayBuffer replay_;
  core::RandomStream random_{1, core::Purpose::Test, 0};
};

}  // namespace qarium::bench
