// One gradient update, interleaved in one run on one thread. Of MinAtar Breakout (double Q-learning, batch 32, Adam):
// the project's path, which also samples replay, beside the same written with LibTorch's own layers, loss and
// optimizer. Of Breakout and of CartPole at CleanRL's settings: beside the floor, the same products, convolutions and
// passes over the parameters alone.

#include "bench/floor.hpp"
#include "bench/interleaved.hpp"
#include "bench/plain_torch.hpp"
#include "bench/settings.hpp"
#include "engine/agent/dqn/dqn.hpp"
#include "engine/core/openblas.hpp"
#include "engine/env/registry.hpp"
#include "engine/nn/runtime.hpp"

namespace {

using namespace qarium;

constexpr int kRounds = 15;
constexpr int kUpdates = 100;

/// A replay filled by random play.
agent::ReplayBuffer random_replay(env::Environment& environment, std::int64_t n_step) {
  agent::ReplayBuffer replay(environment.spec().observation_space.bytes(), 10'000, 1);
  replay.configure(n_step, false);
  core::RandomStream stream(1, core::Purpose::Test, 0);
  environment.reset(stream);
  environment.observe(replay.current(0));
  const auto actions = static_cast<std::uint32_t>(environment.spec().action_space.n());
  for (int i = 0; i < 9'000; ++i) {
    const auto action = static_cast<int>(stream.below(actions));
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

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
  const auto breakout = config::preset("breakout-dqn").hyperparameters;
  const auto cartpole = bench::cartpole_as_cleanrl();
  core::RandomStream stream(1, core::Purpose::Replay, 0);
  const auto learning = [&](const config::Hyperparameters& h, auto use) {
    const auto environment = env::make(h.environment);
    auto replay = random_replay(*environment, h.n_step);
    agent::Dqn learner(h, environment->spec(), torch::kCPU);
    auto update = [&] { learner.update(replay, h, 0.4, stream); };
    use(update);
  };
  learning(breakout, [&](auto& update) {
    bench::PlainUpdate plain;
    bench::print("one update of MinAtar Breakout, batch 32, one thread", "LibTorch's layers and optimizer",
                 bench::interleave(plain, update, kRounds, kUpdates));
    bench::Floor floor({1024, 128, 6}, 32, 3, {32, 4, 10, 10, 16, 0});
    bench::print("the same", "its products and passes alone", bench::interleave(floor, update, kRounds, kUpdates));
  });
  learning(cartpole, [&](auto& update) {
    bench::Floor floor({4, 120, 84, 2}, 128, 2, {});
    bench::print("one update of CartPole, 4-120-84-2, batch 128, one thread", "its products and passes alone",
                 bench::interleave(floor, update, kRounds, kUpdates));
  });
  return 0;
}
