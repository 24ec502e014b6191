// usage: qarium_atari_bench [UPDATES]
//
// One gradient update of the Nature DQN at CleanRL's settings (batch 32, plain Q-learning, mean squared error, Adam)
// from a replay of random frames, on one thread: the median over single updates, in milliseconds of processor
// time.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/config/presets.hpp"
#include "engine/nn/runtime.hpp"

int main(int count, char** arguments) {
  using namespace qarium;
  const int updates = count > 1 ? std::atoi(arguments[1]) : 50;
  nn::prepare_thread(1);
  auto h = config::preset("atari-pong").hyperparameters;
  h.double_q = false;
  h.n_step = 1;
  h.loss = "mse";
  env::EnvironmentSpec spec;
  spec.frames = 4;
  spec.observation_space = {.shape = {4, 84, 84}, .type = env::ScalarType::Uint8, .low = {0}, .high = {255}};
  spec.action_space.names.assign(6, "action");
  agent::Dqn dqn(h, spec, torch::kCPU);
  agent::ReplayBuffer replay({spec.observation_space.bytes(), 4}, 10'000, 1);
  replay.configure(h.n_step, false);
  core::RandomStream random(1, core::Purpose::Test, 0);
  for (int i = 0; i < 9'000; ++i) {
    for (auto& byte : replay.current(0))
      byte = static_cast<std::byte>((i * 31 + (&byte - replay.current(0).data())) % 251);
    replay.append(0, i % 6, i % 50 == 0 ? 1.0F : 0.0F, false, false);
  }
  std::vector<double> milliseconds;
  for (int i = 0; i < updates + 3; ++i) {
    const auto began = std::clock();
    dqn.update(replay, h, 1, random);
    milliseconds.push_back(1e3 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC);
  }
  const auto measured = milliseconds.begin() + 3;
  std::nth_element(measured, measured + updates / 2, milliseconds.end());
  std::printf("%.3f\n", *(measured + updates / 2));
}
