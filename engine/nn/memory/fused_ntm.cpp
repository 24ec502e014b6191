#include "engine/nn/memory/fused_ntm.hpp"

#include <algorithm>
#include <vector>

#include "engine/nn/fused/fused_layers.hpp"
#include "engine/nn/ops/ntm_layout.hpp"
#include "engine/nn/ops/product_kernels.hpp"

namespace qarium::nn {
namespace {

using ntm::floats;
using torch::Tensor;

class FusedNtm final : public FusedMemory {
 public:
  FusedNtm(const NtmShape& shape, const torch::nn::Linear& controller, const torch::nn::Linear& heads)
      : shape_(shape),
        controller_weight_(controller->weight),
        controller_bias_(controller->bias),
        head_weight_(heads->weight),
        head_bias_(heads->bias) {}

  void begin() override { tapes_.clear(); }

  MemoryState forward(const float* inputs, std::int64_t steps, std::int64_t batch, const MemoryState& first,
                      float* outputs, bool learn, Arena& arena) override {
    ntm::Tape tape(shape_, steps, batch, false);
    tape.place(arena.take(tape.place(nullptr)));
    for (std::int64_t k = 0; k < steps * batch; ++k)
      std::copy_n(inputs + k * shape_.inputs, shape_.inputs, tape.joined + k * shape_.controller_columns());
    const auto before = ntm::contiguous({first[0], first[1], first[2], first[3], first[4], completed(first[5])});
    ntm::ForwardRun run;
    run.first = ntm::load_state(shape_, before, arena.take(batch * tape.memory_floats()), tape.first_weights);
    run.reset = run.first;
    run.resets = nullptr;
    run.weights = weights();
    run.hoisted = ntm::inputs_are_hoisted(shape_, steps) ? input_sums(inputs, steps * batch, arena) : nullptr;
    run.outputs = outputs;
    run.scratch = arena.take(ntm::forward_scratch_floats(tape));
    ntm::forward(tape, run);
    const auto view = torch::from_blob(outputs, {steps, batch, shape_.output_width()}, torch::kFloat);
    auto last = ntm::final_state(tape, view).state;
    if (!shape_.lstm) last.c = first[5];
    if (learn) tapes_.push_back({tape, outputs});
    return {last.memory, last.read_weights, last.write_weights, last.reads, last.h, last.c};
  }

  void backward(const float* outputs_gradient, float* inputs_gradient, MemoryState& state, Arena& arena) override {
    const auto [tape, outputs] = tapes_.back();
    tapes_.pop_back();
    const auto rows = tape.steps * tape.batch;
    ntm::BackwardRun run;
    run.resets = nullptr;
    run.weights = weights();
    run.outputs = outputs;
    run.outputs_gradient = outputs_gradient;
    run.sums_gradient = arena.take(rows * shape_.controller_rows());
    run.rows_gradient = arena.take(rows * shape_.head_rows());
    run.state = ntm::place_state_gradient(tape, arena.take(ntm::state_gradient_floats(tape)));
    run.reset = run.state;
    run.scratch = arena.take(ntm::backward_scratch_floats(tape));
    state.resize(6);
    ntm::load_gradient(tape, {state.begin(), state.end()}, run.state);
    ntm::backward(tape, run);

    const auto columns = shape_.controller_columns();
    const kernels::Linear controller{columns, shape_.controller_rows(), controller_weight_.value, nullptr};
    kernels::linear_backward_parameters(controller, rows, tape.joined, run.sums_gradient, controller_weight_.gradient,
                                        controller_bias_.gradient, arena.take(kernels::linear_scratch(controller)));
    add_head_gradients(rows, outputs, run.rows_gradient);
    kernels::multiply({rows, shape_.inputs, controller.out, run.sums_gradient, controller.out, controller.weight,
                       columns, nullptr, 0, inputs_gradient, shape_.inputs});
    const auto of_first = ntm::stored_gradient(tape, run.state);
    state.assign(of_first.begin(), of_first.end());
  }

 private:
  struct Stretch {
    ntm::Tape tape;
    const float* outputs;
  };

  ntm::RawWeights weights() const {
    return {controller_weight_.value, controller_bias_.value, head_weight_.value, head_bias_.value};
  }
  /// Of no width where the controller has none.
  Tensor completed(const Tensor& c) const { return shape_.lstm ? c : torch::empty({0}, torch::kFloat); }

  /// Bias and what the inputs add to the controller's sums, [T, B, controller_rows].
  float* input_sums(const float* inputs, std::int64_t rows, Arena& arena) const {
    const auto out = shape_.controller_rows();
    const auto stride = kernels::padded(out);
    float* transposed = arena.take(shape_.inputs * stride);
    kernels::transpose(controller_weight_.value, shape_.controller_columns(), out, shape_.inputs, transposed, stride);
    float* sums = arena.take(rows * out);
    kernels::multiply(
        {rows, out, shape_.inputs, inputs, shape_.inputs, transposed, stride, controller_bias_.value, 0, sums, out});
    return sums;
  }

  /// The heads see h, which comes first in every row of the outputs.
  void add_head_gradients(std::int64_t rows, const float* outputs, const float* rows_gradient) const {
    const auto out = shape_.head_rows();
    kernels::add_rows(rows_gradient, rows, out, head_bias_.gradient);
    kernels::Product product{
        out, shape_.units,          rows,        rows_gradient, 1, outputs, shape_.output_width(), nullptr,
        0,   head_weight_.gradient, shape_.units};
    product.activation_step = out;
    product.add = true;
    kernels::multiply(product);
  }

  NtmShape shape_;
  FusedParameter controller_weight_;
  FusedParameter controller_bias_;
  FusedParameter head_weight_;
  FusedParameter head_bias_;
  std::vector<Stretch> tapes_;
};

}  // namespace

std::unique_ptr<FusedMemory> fused_ntm(const NtmShape& shape, const torch::nn::Linear& controller,
                                       const torch::nn::Linear& heads) {
  return std::make_unique<FusedNtm>(shape, controller, heads);
}

}  // namespace qarium::nn
