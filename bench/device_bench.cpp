// Learning on a CUDA device, interleaved in one run: passes replayed as CUDA graphs beside the same in Torch's
// operations one by one. What is timed is one gradient update with the environment steps before it.

#include <cstdio>
#include <memory>

#include "bench/interleaved.hpp"
#include "bench/nature_update.hpp"
#include "bench/settings.hpp"
#include "engine/core/error.hpp"
#include "engine/nn/runtime.hpp"
#include "engine/train/train_loop.hpp"

namespace {

using namespace qarium;

constexpr int kRounds = 7;
constexpr int kUpdates = 100;

class Learning {
 public:
  Learning(config::Hyperparameters h, bool fused) {
    h.fused = fused;
    h.learning_starts = 2'000;
    loop_ = std::make_unique<train::TrainLoop>(h, "cuda", nullptr);
    for (int i = 0; i < 10; ++i)
      update();
  }
  void update() {
    const auto until = loop_->position().updates + 1;
    while (loop_->position().updates < until)
      loop_->tick();
  }

 private:
  std::unique_ptr<train::TrainLoop> loop_;
};

void compare_learning(const char* what, const config::Hyperparameters& h) {
  Learning graphs(h, true);
  Learning plain(h, false);
  auto ours = [&] { graphs.update(); };
  auto theirs = [&] { plain.update(); };
  bench::print(what, "Torch's operations", bench::interleave(theirs, ours, kRounds, kUpdates));
}

}  // namespace

int main() {
  nn::prepare_thread(1);
  try {
    bench::NatureUpdate graphs(nn::resolve_device("cuda"));
    bench::NatureUpdate plain(nn::resolve_device("cuda"), false);
    bench::print("CUDA, one update of the Nature DQN, batch 32", "Torch's operations",
                 bench::interleave(plain, graphs, kRounds, kUpdates));
  } catch (const core::UserError& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 2;
  }
  compare_learning("CUDA, CartPole at CleanRL's settings, an update", bench::cartpole_as_cleanrl());
  for (const char* preset : {"breakout-dqn", "catch-attention", "tmaze", "tmaze-ntm"})
    compare_learning((std::string("CUDA, preset ") + preset + ", an update").c_str(),
                     config::preset(preset).hyperparameters);
  return 0;
}
