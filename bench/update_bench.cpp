// One gradient update, interleaved in one run on one thread. Of MinAtar Breakout (double Q-learning, batch 32, Adam):
// the project's path beside the same written with LibTorch's own layers, loss and optimizer. Of Breakout and of
// CartPole at CleanRL's settings: beside the floor, the same products, convolutions and passes over the parameters
// alone.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include "engine/agent/dqn/dqn.hpp"
#include "engine/config/presets.hpp"
#include "engine/core/openblas.hpp"
#include "engine/env/registry.hpp"
#include "engine/nn/ops/dense_kernels.hpp"
#include "engine/nn/ops/flat_kernels.hpp"
#include "engine/nn/ops/grid_conv_kernels.hpp"
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

/// What an update cannot do without: the products and convolutions of its passes, and one pass each over the parameters
/// for norm, optimizer and gradient, on arrays that are there already.
class Floor {
 public:
  /// `layers`: the widths of a row of linear layers, after a grid convolution where `conv` has a batch.
  Floor(std::vector<std::int64_t> layers, std::int64_t rows, int forward_passes, nn::GridConvShape conv)
      : widths_(std::move(layers)), rows_(rows), forward_passes_(forward_passes), conv_(conv) {
    for (std::size_t i = 0; i + 1 < widths_.size(); ++i)
      parameters_ += (widths_[i] + 1) * widths_[i + 1];
    const auto most = static_cast<std::size_t>(parameters_ + rows * *std::max_element(widths_.begin(), widths_.end()));
    for (auto* room : {&weights_, &gradients_, &mean_, &square_, &x_, &y_, &scratch_, &cells_})
      room->assign(most + 4096, 1e-3F);
    core::RandomStream stream(1, core::Purpose::Test, 0);
    for (auto& cell : cells_)
      cell = stream.uniform() < 0.08 ? 1.0F : 0.0F;  // as many as Breakout lights
  }

  void operator()() {
    for (int pass = 0; pass < forward_passes_; ++pass) {
      if (conv_.batch > 0) nn::grid_conv_forward(conv_, cells_.data(), weights_.data(), weights_.data(), x_.data());
      each_layer([&](const nn::kernels::Linear& linear, float* /*gradient*/) {
        nn::kernels::linear_forward(linear, rows_, x_.data(), y_.data(), true, scratch_.data());
      });
    }
    std::fill_n(gradients_.data(), parameters_, 0.0F);
    bool first = conv_.batch == 0;  // observations have no gradient
    each_layer([&](const nn::kernels::Linear& linear, float* gradient) {
      nn::kernels::linear_backward_parameters(linear, rows_, x_.data(), y_.data(), gradient, gradient, scratch_.data());
      if (!first) nn::kernels::linear_backward_input(linear, rows_, y_.data(), scratch_.data());
      first = false;
    });
    if (conv_.batch > 0)
      nn::grid_conv_backward(conv_, cells_.data(), x_.data(), y_.data(), scratch_.data(), mean_.data(), square_.data());
    nn::squared_norm(gradients_.data(), parameters_);
    nn::adam_step(weights_.data(), gradients_.data(), mean_.data(), square_.data(), parameters_,
                  {1e-9F, 0.9F, 0.999F, 1e-8F, 1, 1});
  }

 private:
  template <class F>
  void each_layer(F f) {
    std::int64_t at = 0;
    for (std::size_t i = 0; i + 1 < widths_.size(); ++i) {
      f(nn::kernels::Linear{widths_[i], widths_[i + 1], weights_.data() + at, weights_.data()}, gradients_.data() + at);
      at += (widths_[i] + 1) * widths_[i + 1];
    }
  }

  std::vector<std::int64_t> widths_;
  std::int64_t rows_;
  int forward_passes_;
  nn::GridConvShape conv_;
  std::int64_t parameters_ = 0;
  std::vector<float> weights_, gradients_, mean_, square_, x_, y_, scratch_, cells_;
};

/// `other` over ours in each of the rounds.
struct Comparison {
  std::vector<double> ours, others, ratios;
};
Comparison compare(auto& other, auto& ours) {
  Comparison its;
  for (int round = 0; round < kRounds; ++round) {
    its.others.push_back(microseconds_per_call(other));
    its.ours.push_back(microseconds_per_call(ours));
    its.ratios.push_back(its.others.back() / its.ours.back());
  }
  return its;
}

void print(const char* what, const char* other, const Comparison& its) {
  std::printf("%s (%s): %s %.0f us, ours with sampling %.0f us, ratio %.2f (%.2f to %.2f over %d rounds)\n", what,
              nn::kernel_instruction_set(), other, median(its.others), median(its.ours), median(its.ratios),
              *std::min_element(its.ratios.begin(), its.ratios.end()),
              *std::max_element(its.ratios.begin(), its.ratios.end()), kRounds);
}

/// CleanRL's dqn.py on CartPole: 4-120-84-2, batch 128.
config::Hyperparameters cartpole_as_cleanrl() {
  auto h = config::preset("cartpole").hyperparameters;
  h.encoder.width = 120;
  h.head.width = 84;
  h.batch_size = 128;
  h.loss = "mse";
  h.double_q = false;
  return h;
}

}  // namespace

int main(int /*count*/, char** arguments) {
  core::restart_with_better_openblas_kernel(arguments);
  nn::prepare_thread(1);
  const auto breakout = config::preset("breakout").hyperparameters;
  const auto cartpole = cartpole_as_cleanrl();
  core::RandomStream stream(1, core::Purpose::Replay, 0);
  const auto learning = [&](const config::Hyperparameters& h, auto use) {
    const auto environment = env::make(h.environment);
    auto replay = random_replay(*environment, h.n_step);
    agent::Dqn learner(h, environment->spec(), torch::kCPU);
    auto update = [&] { learner.update(replay, h, 0.4, stream); };
    use(update);
  };
  learning(breakout, [&](auto& update) {
    PlainUpdate plain;
    print("one update of MinAtar Breakout, batch 32, one thread", "LibTorch's layers and optimizer",
          compare(plain, update));
    Floor floor({1024, 128, 6}, 32, 3, {32, 4, 10, 10, 16, 0});
    print("the same", "its products and passes alone", compare(floor, update));
  });
  learning(cartpole, [&](auto& update) {
    Floor floor({4, 120, 84, 2}, 128, 2, {});
    print("one update of CartPole, 4-120-84-2, batch 128, one thread", "its products and passes alone",
          compare(floor, update));
  });
  return 0;
}
