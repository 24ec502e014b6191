#include <algorithm>

#include "engine/nn/fused/fused_cell.hpp"
#include "engine/nn/fused/passes.hpp"
#include "engine/nn/fused/torch_stage.hpp"
#include "engine/nn/ops/dense_kernels.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;

std::unique_ptr<FusedStage> or_torch(std::unique_ptr<FusedStage> fused, std::vector<std::int64_t> shape,
                                     std::function<Tensor(const Tensor&)> plain, bool first = false) {
  if (fused) return fused;
  return std::make_unique<TorchStage>(std::move(shape), std::move(plain), first);
}

/// Encoder and Attention before the cell, Fusion and Head behind it; an attention that the memory asks is the cell's.
class FusedPasses final : public Passes {
 public:
  explicit FusedPasses(std::shared_ptr<Network> network)
      : network_(std::move(network)),
        apart_(network_->per_action() ? network_->actions() : 1),
        attended_(network_->attention().output_shape().back()),
        remembered_(network_->memory().output_shape().back()) {
    if (network_->remembers()) cell_ = make_fused_cell(network_);
    auto& encoder = network_->encoder();
    auto& attention = network_->attention();
    auto& fusion = network_->fusion();
    auto& head = network_->head();
    encoder_ = or_torch(
        encoder.fused(), network_->observation_shape(),
        [&](const Tensor& observation) { return encoder.forward(observation); }, true);
    // Absent tokens are left to Torch's operations.
    attention_ = or_torch(encoder.masks() ? nullptr : attention.fused(), encoder.output_shape(),
                          [&](const Tensor& tokens) { return attention.forward({tokens, present_}, {}, nullptr); });
    fusion_ = or_torch(fusion.fused(), {attended_ + remembered_}, [&](const Tensor& both) {
      return fusion.forward(both.narrow(1, 0, attended_), both.narrow(1, attended_, remembered_), nullptr);
    });
    std::vector<std::int64_t> fused = {fusion.output_shape().back()};
    if (apart_ > 1) fused.insert(fused.begin(), apart_);
    head_ = or_torch(head.fused(), fused, [&](const Tensor& its) { return head.forward(its); });
    critic_ = head.fused_critic();
  }

  std::span<const float> forward(std::span<float> observations, std::int64_t n, bool learn) override {
    if (network_->recurrent()) return forward_from_nothing(observations, n, learn);
    begin(n);
    float* attended = attend(observations.data(), learn);
    return head(fusion_->forward(attended, rows_ * apart_, learn, arena_), learn);
  }

  StepValues step(std::span<float> observations, const Previous& previous, const MemoryState& state) override {
    const torch::NoGradGuard no_grad;
    const Previous one{previous.action.unsqueeze(0), previous.reward.unsqueeze(0)};
    return run({1, previous.action.size(0), observations, one, state, {}}, false);
  }

  std::span<const float> sequence(const SequenceBatch& its, bool learn) override { return run(its, learn).values; }

  void backward(std::span<float> slope) override {
    // V's gradient becomes that of v before the Head goes back through it.
    const float* of_states = critic_ ? critic_->backward(slope.data(), arena_) : nullptr;
    float* gradient = head_->backward(slope.data(), true, arena_);
    if (critic_) critic_->spread(of_states, gradient);
    gradient = fusion_->backward(gradient, true, arena_);
    if (cell_) gradient = back_through_cell(gradient);
    if (!network_->asked_by_memory()) gradient = attention_->backward(gradient, true, arena_);
    encoder_->backward(gradient, false, arena_);
  }

 private:
  void begin(std::int64_t rows) {
    arena_.clear();
    rows_ = rows;
  }

  float* encode(float* observations, bool learn) {
    auto& encoder = network_->encoder();
    if (encoder.masks()) present_ = encoder.present(tensor_over(observations, rows_, network_->observation_shape()));
    return encoder_->forward(observations, rows_, learn, arena_);
  }

  float* attend(float* observations, bool learn) {
    return attention_->forward(encode(observations, learn), rows_, learn, arena_);
  }

  /// Steps side by side, with the state after the last.
  StepValues run(const SequenceBatch& its, bool learn) {
    begin(its.steps * its.batch);
    MemoryState after;
    float* given = fused(its, after, learn);
    const auto values = head(given, learn);
    if (critic_) {
      for (auto& part : critic_->forward(given, its.steps, its.batch, network_->of_critic(its.state), values.data(),
                                         network_->outputs(), arena_))
        after.push_back(std::move(part));
    }
    return {values, std::move(after)};
  }

  std::span<float> head(float* fused, bool learn) {
    return {head_->forward(fused, rows_, learn, arena_), static_cast<std::size_t>(rows_ * network_->outputs())};
  }

  std::span<const float> forward_from_nothing(std::span<float> observations, std::int64_t n, bool learn) {
    const torch::AutoGradMode gradient(learn);
    return sequence({1,
                     n,
                     observations,
                     {torch::full({1, n}, -1, torch::kLong), torch::zeros({1, n})},
                     network_->initial_state(n),
                     {}},
                    learn);
  }

  /// Encoder and, where the memory does not ask it, Attention.
  float* before_cell(float* observations, bool learn) {
    if (network_->asked_by_memory()) return encode(observations, learn);
    return attend(observations, learn);
  }

  /// What Fusion gives [rows * A or rows, F]; the cell's state goes to `after`.
  float* fused(const SequenceBatch& its, MemoryState& after, bool learn) {
    float* in = before_cell(its.observations.data(), learn);
    if (!cell_) return fusion_->forward(in, rows_ * apart_, learn, arena_);
    const auto state = network_->of_cell(its.state);
    auto cell = cell_->forward(in, {its.steps, its.batch, its.previous, state, its.burn_in, present_}, learn, arena_);
    after = std::move(cell.state);
    return fused(cell, learn);
  }

  /// What is attended to and what is remembered, side by side and through Fusion.
  float* fused(const CellArrays& its, bool learn) {
    const auto both = attended_ + remembered_;
    float* side_by_side = arena_.take(rows_ * apart_ * both);
    for (std::int64_t row = 0; row < rows_ * apart_; ++row) {
      std::copy_n(its.attended + row * attended_, attended_, side_by_side + row * both);
      std::copy_n(its.memory + row / apart_ * remembered_, remembered_, side_by_side + row * both + attended_);
    }
    return fusion_->forward(side_by_side, rows_ * apart_, learn, arena_);
  }

  /// gradient [rows * A or rows, D + M] of the two -> that of what the cell was given.
  float* back_through_cell(const float* gradient) {
    const auto both = attended_ + remembered_;
    float* of_attended = arena_.take(rows_ * apart_ * attended_);
    float* of_memory = arena_.take(rows_ * remembered_);
    std::fill_n(of_memory, rows_ * remembered_, 0.0F);
    for (std::int64_t row = 0; row < rows_ * apart_; ++row) {
      std::copy_n(gradient + row * both, attended_, of_attended + row * attended_);
      kernels::add(gradient + row * both + attended_, of_memory + row / apart_ * remembered_, remembered_);
    }
    return cell_->backward(of_attended, of_memory, arena_);
  }

  std::shared_ptr<Network> network_;
  std::int64_t apart_;       ///< vectors of each row that Fusion and Head take by themselves: A, or 1
  std::int64_t attended_;    ///< D
  std::int64_t remembered_;  ///< M
  std::unique_ptr<FusedStage> encoder_;
  std::unique_ptr<FusedStage> attention_;
  std::unique_ptr<FusedStage> fusion_;
  std::unique_ptr<FusedStage> head_;
  std::unique_ptr<FusedCritic> critic_;  ///< null where V is of one state
  std::unique_ptr<FusedCell> cell_;      ///< null where nothing is remembered
  Tensor present_;                       ///< of the pass's tokens; undefined where all are there
  Arena arena_;
  std::int64_t rows_ = 0;
};

}  // namespace

std::unique_ptr<Passes> fused_passes(std::shared_ptr<Network> network) {
  return std::make_unique<FusedPasses>(std::move(network));
}

}  // namespace qarium::nn
