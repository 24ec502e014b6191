#include "engine/nn/fused/fused_cell.hpp"

#include <algorithm>

#include "engine/nn/fused/fused_memory.hpp"
#include "engine/nn/fused/torch_stage.hpp"
#include "engine/nn/ops/dense_kernels.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

/// Attention and Memory as the network has them.
class TorchCell final : public FusedCell {
 public:
  explicit TorchCell(std::shared_ptr<Network> network) : network_(std::move(network)) {}

  CellArrays forward(float* in, const CellInput& input, bool learn, Arena& /*arena*/) override {
    const torch::AutoGradMode gradient(learn);
    const auto shape =
        network_->asked_by_memory() ? network_->encoder().output_shape() : network_->attention().output_shape();
    in_ = tensor_over(in, input.steps * input.batch, shape);
    if (learn) in_.requires_grad_();
    cell_ = network_->cell({in_, input.present}, input.previous, input.state, input.burn_in);
    attended_ = cell_.attended.contiguous();
    memory_ = cell_.memory.contiguous();
    return {attended_.data_ptr<float>(), memory_.data_ptr<float>(), std::move(cell_.state)};
  }

  float* backward(float* attended_gradient, float* memory_gradient, Arena& arena) override {
    std::vector<Tensor> roots = {cell_.memory};
    std::vector<Tensor> slopes = {torch::from_blob(memory_gradient, cell_.memory.sizes(), torch::kFloat)};
    if (network_->asked_by_memory()) {  // else what is attended to is the cell's input itself
      roots.push_back(cell_.attended);
      slopes.push_back(torch::from_blob(attended_gradient, cell_.attended.sizes(), torch::kFloat));
    }
    torch::autograd::backward(roots, slopes);
    const auto of_input = in_.grad().contiguous();
    float* in_gradient = arena.take(in_.numel());
    std::copy_n(of_input.data_ptr<float>(), in_.numel(), in_gradient);
    if (!network_->asked_by_memory()) kernels::add(attended_gradient, in_gradient, in_.numel());
    cell_ = {};
    in_ = attended_ = memory_ = Tensor();
    return in_gradient;
  }

 private:
  std::shared_ptr<Network> network_;
  Tensor in_;
  Tensor attended_;
  Tensor memory_;
  CellOutput cell_;
};

/// The memory as passes over plain arrays; Attention has been there before it.
class ArrayCell final : public FusedCell {
 public:
  ArrayCell(std::shared_ptr<Network> network, std::unique_ptr<FusedMemory> memory)
      : network_(std::move(network)),
        memory_(std::move(memory)),
        apart_(network_->per_action() ? network_->actions() : 1),
        attended_(network_->attention().output_shape().back()),
        inputs_(network_->memory_inputs()),
        outputs_(network_->memory().output_shape().back()) {}

  CellArrays forward(float* in, const CellInput& input, bool learn, Arena& arena) override {
    steps_ = input.steps;
    batch_ = input.batch;
    const auto burn_in = input.burn_in.steps;
    first_steps_ = burn_in > 0 && burn_in < steps_ ? burn_in : 0;
    begins_ = input.burn_in.begins;
    memory_->begin();
    float* inputs = tell(in, input.previous, arena);
    float* outputs = arena.take(steps_ * batch_ * outputs_);
    if (learn) first_state_ = input.state;
    MemoryState before = input.state;
    {
      const torch::NoGradGuard no_grad;
      for (auto& part : before)
        part = part.detach();
      if (first_steps_ > 0) before = memory_->forward(inputs, first_steps_, batch_, before, outputs, learn, arena);
      const auto done = first_steps_ * batch_;
      before = memory_->forward(inputs + done * inputs_, steps_ - first_steps_, batch_, before,
                                outputs + done * outputs_, learn, arena);
    }
    return {in, outputs, std::move(before)};
  }

  float* backward(float* attended_gradient, float* memory_gradient, Arena& arena) override {
    MemoryState state(first_state_.size());
    float* inputs = arena.take(steps_ * batch_ * inputs_);
    {
      const torch::NoGradGuard no_grad;
      const auto done = first_steps_ * batch_;
      memory_->backward(memory_gradient + done * outputs_, inputs + done * inputs_, state, arena);
      if (first_steps_ > 0) {
        cut_off(state);
        memory_->backward(memory_gradient, inputs, state, arena);
      }
    }
    learn_first_state(state);
    // The memory was told the mean over what is attended to for each action.
    const float share = 1.0F / static_cast<float>(apart_);
    for (std::int64_t row = 0; row < steps_ * batch_; ++row) {
      for (std::int64_t i = 0; i < apart_; ++i)
        kernels::add_scaled(inputs + row * inputs_, share, attended_gradient + (row * apart_ + i) * attended_,
                            attended_);
    }
    return attended_gradient;
  }

 private:
  /// The memory's inputs [T, B, I]: what is attended to, the action before one-hot, the reward before.
  float* tell(const float* in, const Previous& previous, Arena& arena) const {
    const auto rows = steps_ * batch_;
    const auto action = previous.action.contiguous();
    const auto reward = previous.reward.contiguous();
    const float share = 1.0F / static_cast<float>(apart_);
    float* inputs = arena.take(rows * inputs_);
    std::fill_n(inputs, rows * inputs_, 0.0F);
    for (std::int64_t row = 0; row < rows; ++row) {
      float* to = inputs + row * inputs_;
      for (std::int64_t i = 0; i < apart_; ++i)
        kernels::add_scaled(in + (row * apart_ + i) * attended_, share, to, attended_);
      to += attended_;
      if (network_->told_action()) {
        if (const auto taken = action.data_ptr<std::int64_t>()[row]; taken >= 0) to[taken] = 1;
        to += network_->actions();
      }
      if (network_->told_reward()) *to = reward.data_ptr<float>()[row];
    }
    return inputs;
  }

  /// No gradient goes back through burn-in, but where the episode begins with the sequence.
  void cut_off(MemoryState& gradient) const {
    for (auto& part : gradient) {
      if (!part.defined()) continue;
      if (!begins_.defined()) {
        part.zero_();
        continue;
      }
      const auto rows = part.size(0);
      const auto width = part.numel() / rows;
      part = part.contiguous();
      for (std::int64_t row = 0; row < rows; ++row) {
        if (!begins_.data_ptr<bool>()[row]) std::fill_n(part.data_ptr<float>() + row * width, width, 0.0F);
      }
    }
  }

  /// Where the first state is learned, its parameters have a share in the gradient.
  void learn_first_state(const MemoryState& gradient) {
    std::vector<Tensor> roots;
    std::vector<Tensor> slopes;
    for (std::size_t i = 0; i < first_state_.size(); ++i) {
      if (!first_state_[i].requires_grad() || !gradient[i].defined()) continue;
      roots.push_back(first_state_[i]);
      slopes.push_back(gradient[i].view_as(first_state_[i]));
    }
    if (!roots.empty()) torch::autograd::backward(roots, slopes);
    first_state_.clear();
  }

  std::shared_ptr<Network> network_;
  std::unique_ptr<FusedMemory> memory_;
  std::int64_t apart_;     ///< vectors of each row that are attended to: A, or 1
  std::int64_t attended_;  ///< D
  std::int64_t inputs_;    ///< I
  std::int64_t outputs_;   ///< M
  std::int64_t steps_ = 0;
  std::int64_t batch_ = 0;
  std::int64_t first_steps_ = 0;  ///< of burn-in, which are a stretch of their own
  Tensor begins_;
  MemoryState first_state_;
};

}  // namespace

std::unique_ptr<FusedCell> make_fused_cell(const std::shared_ptr<Network>& network) {
  if (!network->asked_by_memory()) {
    if (auto memory = network->memory().fused_memory()) return std::make_unique<ArrayCell>(network, std::move(memory));
  }
  return std::make_unique<TorchCell>(network);
}

}  // namespace qarium::nn
