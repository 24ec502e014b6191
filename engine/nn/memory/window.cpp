#include "engine/nn/memory/window.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Every K that follow one another, of every row: x [B, K - 1 + T, ...] -> [B T, K, ...].
Tensor windows(const Tensor& x, std::int64_t length) {
  auto all = x.unfold(1, length, 1);
  if (x.dim() == 3) all = all.transpose(2, 3);
  return all.flatten(0, 1);
}

}  // namespace

WindowMemory::WindowMemory(const core::MemoryOptions& options, std::int64_t width)
    : width_(width),
      hidden_(options.hidden),
      length_(options.length),
      tokens_(register_module("tokens", torch::nn::Linear(width, hidden_))),
      ages_(register_module("ages", torch::nn::Embedding(length_, hidden_))) {}

MemoryState WindowMemory::initial_state(std::int64_t batch) {
  const auto options = tokens_->weight.options().requires_grad(false);
  return {torch::zeros({batch, length_, width_}, options), torch::zeros({batch, length_}, options)};
}

Remembered WindowMemory::step(const Tensor& input, const MemoryState& state, Probe* probe) {
  auto remembered = run(input.unsqueeze(0), state, probe);
  remembered.output = remembered.output.squeeze(0);
  if (frozen(probe)) remembered.state = state;
  return remembered;
}

Remembered WindowMemory::sequence(const Tensor& inputs, const MemoryState& state) {
  return run(inputs, state, nullptr);
}

// A token's position is its age, which differs from step to step: so every step has its own window, and they are taken
// as one batch.
Remembered WindowMemory::run(const Tensor& inputs, const MemoryState& state, Probe* probe) {
  const auto steps = inputs.size(0);
  const auto batch = inputs.size(1);
  const auto current = inputs.transpose(0, 1);
  const auto seen = torch::cat({state[0].narrow(1, 1, length_ - 1), current}, 1);
  const auto known =
      torch::cat({state[1].narrow(1, 1, length_ - 1), torch::ones({batch, steps}, state[1].options())}, 1);
  const auto tokens = windows(tokens_(seen), length_) + ages_->weight.flip(0);
  const auto output = look(tokens, windows(known, length_) > 0.5, current.flatten(0, 1), probe);
  return {output.view({batch, steps, hidden_}).transpose(0, 1),
          {seen.narrow(1, steps - 1, length_), known.narrow(1, steps - 1, length_)}};
}

Tensor ages_of(const Tensor& known, std::int64_t newest) {
  const auto places = known.size(1);
  const auto ages = torch::arange(places - 1 + newest, newest - 1, -1, torch::device(known.device()));
  return torch::where(known, ages.to(torch::kFloat), torch::full({}, -1.0F, torch::device(known.device())));
}

}  // namespace qarium::nn
