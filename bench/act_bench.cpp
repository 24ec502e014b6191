// Acting on one observation, interleaved in one run on one thread: the greedy action of the project's policy beside the
// same network in LibTorch's layers, both from the bytes of an observation to a number.

#include "bench/interleaved.hpp"
#include "bench/plain_torch.hpp"
#include "bench/settings.hpp"
#include "engine/agent/network/network_policy.hpp"
#include "engine/core/openblas.hpp"
#include "engine/env/registry.hpp"
#include "engine/nn/runtime.hpp"

namespace {

using namespace qarium;

constexpr int kRounds = 15;
constexpr int kActions = 2000;

/// `type`: of what an observation is stored as.
void compare(const char* what, const config::Hyperparameters& h, torch::nn::Sequential plain, torch::ScalarType type) {
  const auto environment = env::make(h.environment);
  const auto& space = environment->spec().observation_space;
  agent::NetworkPolicy policy(h, environment->spec(), torch::kCPU);
  policy.use_fused(true);
  std::vector<std::byte> bytes(space.bytes());
  environment->reset(core::RandomStream(1, core::Purpose::Test, 0));
  environment->observe(bytes);
  const std::span<const std::byte> observation(bytes);
  std::vector<std::int64_t> shape{1};
  shape.insert(shape.end(), space.shape.begin(), space.shape.end());
  volatile std::int64_t action = 0;
  auto ours = [&] { action = agent::greedy(policy.evaluate({&observation, 1}).preferences); };
  auto theirs = [&] {
    const torch::NoGradGuard no_grad;
    const auto x = torch::from_blob(bytes.data(), shape, type).to(torch::kFloat);
    action = plain->forward(x).argmax(1).item<std::int64_t>();
  };
  bench::print(what, "LibTorch's layers", bench::interleave(theirs, ours, kRounds, kActions));
}

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
  compare("acting on MinAtar Breakout, one observation, one thread", config::preset("breakout-dqn").hyperparameters,
          bench::plain_breakout_network(), torch::kByte);
  compare("acting on CartPole, 4-120-84-2, one observation, one thread", bench::cartpole_as_cleanrl(),
          bench::plain_cartpole_network(), torch::kFloat);
  return 0;
}
