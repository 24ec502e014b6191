// One gradient update of MinAtar Breakout (double Q-learning, batch 32, Adam): the project's path beside the same
// update written with LibTorch's own layers, loss and optimizer, interleaved in one run on one thread.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/openblas.hpp"
#include "engine/env/registry.hpp"
#include "engine/nn/ops/flat_kernels.hpp"
#include "engine/nn/runtime.hpp"

namespace {

using namespace qarium;
using torch::Tensor;

constexpr int kRounds = 15;
constexpr int kUpdates = 100;

double microseconds_per_call(auto& call) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kUpdates; ++i)
    call();
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count() / kUpdates;
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

/// A replay filled by random play.
agent::ReplayBuffer random_replay(env::Environment& environment, std::int64_t n_step) {
  agent::ReplayBuffer replay(environment.spec().observation_space.bytes(), 10'000, 1);
  replay.configure(n_step, false);
  core::RandomStream stream(1, core::Purpose::Test, 0);
  environment.reset(stream);
  environment.observe(replay.current(0));
  for (int i = 0; i < 9'000; ++i) {
    const auto action = static_cast<int>(stream.below(6));
    const auto result = environment.step(action);
    replay.append(0, action, result.reward, result.terminated, result.truncated);
    environment.observe(replay.current(0));
    if (!result.over()) continue;
    replay.begin_episode(0);
    environment.reset(core::RandomStream(1, core::Purpose::Test, static_cast<std::uint32_t>(i + 1)));
    environment.observe(replay.current(0));
  }
  return replay;
}

torch::nn::Sequential plain_network() {
  return torch::nn::Sequential(torch::nn::Conv2d(4, 16, 3), torch::nn::ReLU(), torch::nn::Flatten(),
                               torch::nn::Linear(1024, 128), torch::nn::ReLU(), torch::nn::Linear(128, 6));
}

/// The peer: what a reader of LibTorch's tutorial would write, on batches that are tensors already.
struct PlainUpdate {
  torch::nn::Sequential online = plain_network();
  torch::nn::Sequential target = plain_network();
  torch::optim::Adam optimizer{online->parameters(), torch::optim::AdamOptions(2.5e-4).eps(1.5e-4)};
  Tensor state = (torch::rand({32, 4, 10, 10}) < 0.1).to(torch::kFloat);
  Tensor next = (torch::rand({32, 4, 10, 10}) < 0.1).to(torch::kFloat);
  Tensor actions = torch::randint(0, 6, {32, 1});
  Tensor rewards = torch::rand({32});
  Tensor discounts = torch::full({32}, 0.97);

  void operator()() {
    Tensor y;
    {
      const torch::NoGradGuard no_grad;
      const auto chosen = online->forward(next).argmax(1, true);
      y = rewards + discounts * target->forward(next).gather(1, chosen).squeeze(1);
    }
    const auto loss = torch::smooth_l1_loss(online->forward(state).gather(1, actions).squeeze(1), y);
    optimizer.zero_grad();
    loss.backward();
    torch::nn::utils::clip_grad_norm_(online->parameters(), 10.0);
    optimizer.step();
  }
};

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
  const auto hyperparameters = config::preset("breakout").hyperparameters;
  const auto environment = env::make(hyperparameters.environment);
  auto replay = random_replay(*environment, hyperparameters.n_step);
  agent::Dqn learner(hyperparameters, environment->spec(), torch::kCPU);
  core::RandomStream stream(1, core::Purpose::Replay, 0);
  PlainUpdate plain;
  auto update = [&] { learner.update(replay, hyperparameters, 0.4, stream); };

  std::vector<double> ours;
  std::vector<double> theirs;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    theirs.push_back(microseconds_per_call(plain));
    ours.push_back(microseconds_per_call(update));
    ratios.push_back(theirs.back() / ours.back());
  }
  std::printf(
      "one update of MinAtar Breakout, batch 32, one thread (%s): LibTorch's layers and optimizer %.0f us, "
      "ours with sampling %.0f us, ratio %.2f (%.2f to %.2f over %d rounds)\n",
      nn::kernel_instruction_set(), median(theirs), median(ours), median(ratios),
      *std::min_element(ratios.begin(), ratios.end()), *std::max_element(ratios.begin(), ratios.end()), kRounds);
  return 0;
}
