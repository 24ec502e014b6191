#include "engine/nn/memory/fused_recurrent.hpp"

#include <algorithm>
#include <vector>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/ops/product_kernels.hpp"
#include "engine/nn/ops/recurrent_kernels.hpp"

namespace qarium::nn {
namespace {

using kernels::RecurrentExtent;

float* state_floats(const torch::Tensor& tensor) {
  return tensor.data_ptr<float>();
}

/// What both have: inputs' sums for all steps at once, and the gradients of the weights as products over all steps.
class FusedRecurrent : public FusedMemory {
 public:
  FusedRecurrent(const torch::nn::Linear& input, const torch::nn::Linear& recurrent)
      : inputs_(input->weight.size(1)),
        gates_(input->weight.size(0)),
        units_(recurrent->weight.size(1)),
        input_weight_(input->weight),
        input_bias_(input->bias),
        recurrent_weight_(recurrent->weight),
        recurrent_bias_(recurrent->bias) {}

  void begin() final { stretches_.clear(); }

 protected:
  /// A part of a sequence, and what its way back reads.
  struct Stretch {
    RecurrentExtent extent;
    const float* inputs;
    const float* outputs;
    torch::Tensor h;  ///< before it
    kernels::LstmTape lstm;
    float* kept;  ///< of a GRU
  };

  /// [T, B, G H]
  float* input_sums(const Stretch& stretch, const float* bias, Arena& arena) const {
    const kernels::Linear linear{inputs_, gates_, input_weight_.value, bias};
    const auto rows = stretch.extent.steps * stretch.extent.batch;
    float* sums = arena.take(rows * gates_);
    kernels::linear_forward(linear, rows, stretch.inputs, sums, false, arena.take(kernels::linear_scratch(linear)));
    return sums;
  }

  /// [H, G H]
  float* transposed_recurrent(Arena& arena) const {
    float* weights = arena.take(units_ * gates_);
    kernels::transpose(recurrent_weight_.value, units_, gates_, units_, weights, gates_);
    return weights;
  }

  /// Adds what the gradients of the inputs' sums and of the recurrent products [T, B, G H] bring.
  void add_gradients(const Stretch& stretch, const float* sums, const float* products, float* inputs_gradient,
                     Arena& arena) const {
    const auto [steps, batch, units] = stretch.extent;
    const kernels::Linear of_inputs{inputs_, gates_, input_weight_.value, nullptr};
    const kernels::Linear recurrent{units, gates_, recurrent_weight_.value, nullptr};
    float* scratch = arena.take(std::max(kernels::linear_scratch(of_inputs), kernels::linear_scratch(recurrent)));
    kernels::linear_backward_parameters(of_inputs, steps * batch, stretch.inputs, sums, input_weight_.gradient,
                                        input_bias_.gradient, scratch);
    kernels::linear_backward_input(of_inputs, steps * batch, sums, inputs_gradient);
    // h before each step: the first state, then the outputs of the steps before.
    kernels::linear_backward_parameters(recurrent, batch, state_floats(stretch.h), products, recurrent_weight_.gradient,
                                        recurrent_bias_.gradient, scratch);
    kernels::linear_backward_parameters(recurrent, (steps - 1) * batch, stretch.outputs, products + batch * gates_,
                                        recurrent_weight_.gradient, recurrent_bias_.gradient, scratch);
  }

  /// The gradient of a state, to be overwritten.
  static torch::Tensor taken(torch::Tensor& gradient, const torch::Tensor& like) {
    auto its = gradient.defined() ? gradient.contiguous() : torch::zeros_like(like);
    gradient = its;
    return its;
  }

  Stretch popped() {
    auto last = stretches_.back();
    stretches_.pop_back();
    return last;
  }

  static torch::Tensor last_rows(const float* all, const RecurrentExtent& extent) {
    auto rows = torch::empty({extent.batch, extent.units}, torch::kFloat);
    std::copy_n(all + (extent.steps - 1) * extent.row(), extent.row(), state_floats(rows));
    return rows;
  }

  std::int64_t inputs_;  ///< I
  std::int64_t gates_;   ///< G H
  std::int64_t units_;   ///< H
  FusedParameter input_weight_;
  FusedParameter input_bias_;
  FusedParameter recurrent_weight_;
  FusedParameter recurrent_bias_;
  std::vector<Stretch> stretches_;
};

class FusedLstm final : public FusedRecurrent {
 public:
  using FusedRecurrent::FusedRecurrent;

  MemoryState forward(const float* inputs, std::int64_t steps, std::int64_t batch, const MemoryState& first,
                      float* outputs, bool learn, Arena& arena) override {
    Stretch stretch{{steps, batch, units_}, inputs, outputs, first[0].contiguous(), {}, nullptr};
    const auto row = stretch.extent.row();
    stretch.lstm = {arena.take(steps * batch * gates_), arena.take((steps + 1) * row), arena.take(steps * row)};
    std::copy_n(state_floats(first[1].contiguous()), row, stretch.lstm.cells);
    float* bias = arena.take(gates_);
    for (std::int64_t i = 0; i < gates_; ++i)
      bias[i] = input_bias_.value[i] + recurrent_bias_.value[i];
    kernels::lstm_sequence_forward(stretch.extent, input_sums(stretch, bias, arena), transposed_recurrent(arena),
                                   state_floats(stretch.h), stretch.lstm, outputs);
    MemoryState last{last_rows(outputs, stretch.extent), last_rows(stretch.lstm.cells + row, stretch.extent)};
    if (learn) stretches_.push_back(std::move(stretch));
    return last;
  }

  void backward(const float* outputs_gradient, float* inputs_gradient, MemoryState& state, Arena& arena) override {
    const auto stretch = popped();
    const auto h = taken(state[0], stretch.h);
    const auto c = taken(state[1], stretch.h);
    float* sums = arena.take(stretch.extent.steps * stretch.extent.batch * gates_);
    kernels::lstm_sequence_backward(stretch.extent, stretch.lstm, recurrent_weight_.value, outputs_gradient,
                                    state_floats(h), state_floats(c), sums);
    add_gradients(stretch, sums, sums, inputs_gradient, arena);
  }
};

class FusedGru final : public FusedRecurrent {
 public:
  using FusedRecurrent::FusedRecurrent;

  MemoryState forward(const float* inputs, std::int64_t steps, std::int64_t batch, const MemoryState& first,
                      float* outputs, bool learn, Arena& arena) override {
    Stretch stretch{{steps, batch, units_}, inputs, outputs, first[0].contiguous(), {}, nullptr};
    stretch.kept = arena.take(4 * steps * stretch.extent.row());
    kernels::gru_sequence_forward(stretch.extent, input_sums(stretch, input_bias_.value, arena),
                                  transposed_recurrent(arena), recurrent_bias_.value, state_floats(stretch.h),
                                  stretch.kept, outputs);
    MemoryState last{last_rows(outputs, stretch.extent)};
    if (learn) stretches_.push_back(std::move(stretch));
    return last;
  }

  void backward(const float* outputs_gradient, float* inputs_gradient, MemoryState& state, Arena& arena) override {
    const auto stretch = popped();
    const auto h = taken(state[0], stretch.h);
    const auto rows = stretch.extent.steps * stretch.extent.batch;
    float* sums = arena.take(rows * gates_);
    float* products = arena.take(rows * gates_);
    kernels::gru_sequence_backward(stretch.extent, stretch.kept, state_floats(stretch.h), stretch.outputs,
                                   recurrent_weight_.value, outputs_gradient, state_floats(h),
                                   arena.take(stretch.extent.row()), sums, products);
    add_gradients(stretch, sums, products, inputs_gradient, arena);
  }
};

}  // namespace

std::unique_ptr<FusedMemory> fused_lstm(const torch::nn::Linear& input, const torch::nn::Linear& recurrent) {
  return std::make_unique<FusedLstm>(input, recurrent);
}

std::unique_ptr<FusedMemory> fused_gru(const torch::nn::Linear& input, const torch::nn::Linear& recurrent) {
  return std::make_unique<FusedGru>(input, recurrent);
}

}  // namespace qarium::nn
