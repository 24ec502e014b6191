#pragma once
#include <torch/torch.h>

namespace qarium::bench {

/// MinAtar's own network (dqn.py) in LibTorch's layers.
inline torch::nn::Sequential plain_breakout_network() {
  return torch::nn::Sequential(torch::nn::Conv2d(4, 16, 3), torch::nn::ReLU(), torch::nn::Flatten(),
                               torch::nn::Linear(1024, 128), torch::nn::ReLU(), torch::nn::Linear(128, 6));
}

/// CleanRL's network (dqn.py) for CartPole.
inline torch::nn::Sequential plain_cartpole_network() {
  return torch::nn::Sequential(torch::nn::Linear(4, 120), torch::nn::ReLU(), torch::nn::Linear(120, 84),
                               torch::nn::ReLU(), torch::nn::Linear(84, 2));
}

/// The peer: what a reader of LibTorch's tutorial would write, on batches that are tensors already.
struct PlainUpdate {
  torch::nn::Sequential online = plain_breakout_network();
  torch::nn::Sequential target = plain_breakout_network();
  torch::optim::Adam optimizer{online->parameters(), torch::optim::AdamOptions(2.5e-4).eps(1.5e-4)};
  torch::Tensor state = (torch::rand({32, 4, 10, 10}) < 0.1).to(torch::kFloat);
  torch::Tensor next = (torch::rand({32, 4, 10, 10}) < 0.1).to(torch::kFloat);
  torch::Tensor actions = torch::randint(0, 6, {32, 1});
  torch::Tensor rewards = torch::rand({32});
  torch::Tensor discounts = torch::full({32}, 0.97);

  void operator()() {
    torch::Tensor y;
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

}  // namespace qarium::bench
