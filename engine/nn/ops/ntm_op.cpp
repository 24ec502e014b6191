#include "engine/nn/ops/ntm_op.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/nn/ops/ntm_layout.hpp"

namespace qarium::nn {
namespace {

using ntm::floats;
using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Without gradients a long sequence is run in pieces of so many steps, to keep the tape short.
constexpr std::int64_t kStepsWithoutGradient = 64;

/// What the fused path works on, all of it defined.
struct Arguments {
  Tensor inputs;
  NtmWeights weights;
  NtmState first, initial;
  Tensor resets;  ///< uint8 [T, B], or empty
};

/// What the way back works on, behind the tape.
struct WayBack {
  std::int64_t sums;   ///< floats of the gradients of the controller's sums
  std::int64_t rows;   ///< of the heads' rows
  std::int64_t state;  ///< of a state's gradients, of which there are two
  std::int64_t scratch;
  std::int64_t ones;

  explicit WayBack(const ntm::Tape& tape)
      : sums(ntm::padded(tape.steps * tape.batch * tape.shape.controller_rows())),
        rows(ntm::padded(tape.steps * tape.batch * tape.shape.head_rows())),
        state(ntm::state_gradient_floats(tape)),
        scratch(ntm::backward_scratch_floats(tape)),
        ones(tape.steps * tape.batch) {}
  std::int64_t floats() const { return sums + rows + 2 * state + scratch + ones; }
};

/// Runs the sequence; the tape is left in `block`, with room for the way back where that is wanted.
NtmResult run_forward(ScratchPool& pool, const NtmShape& shape, const Arguments& arguments, bool way_back,
                      Tensor& block) {
  const torch::NoGradGuard no_grad;
  const auto inputs = arguments.inputs.contiguous();
  const std::int64_t steps = inputs.size(0);
  const std::int64_t batch = inputs.size(1);
  const std::int64_t memory_floats = batch * shape.width * ntm::padded(shape.slots);
  const bool with_resets = arguments.resets.numel() > 0;
  ntm::Tape tape(shape, steps, batch, with_resets);
  block = pool.take(tape.place(nullptr) + (way_back ? WayBack(tape).floats() : 0));
  tape.place(floats(block));

  const std::int64_t hoisted_floats =
      ntm::inputs_are_hoisted(shape, steps) ? ntm::padded(steps * batch * shape.controller_rows()) : 0;
  const auto work = pool.take(memory_floats + hoisted_floats + ntm::forward_scratch_floats(tape));
  float* hoisted = floats(work) + memory_floats;
  const NtmWeights weights{arguments.weights.controller_weight.contiguous(),
                           arguments.weights.controller_bias.contiguous(), arguments.weights.head_weight.contiguous(),
                           arguments.weights.head_bias.contiguous()};
  const auto first = ntm::contiguous(arguments.first);
  const auto initial = with_resets ? ntm::contiguous(arguments.initial) : first;

  for (std::int64_t k = 0; k < steps * batch; ++k)
    std::copy_n(floats(inputs) + k * shape.inputs, shape.inputs, tape.joined + k * shape.controller_columns());
  if (hoisted_floats > 0) {
    auto sums = torch::from_blob(hoisted, {steps * batch, shape.controller_rows()}, torch::kFloat);
    torch::addmm_out(sums, weights.controller_bias, inputs.view({-1, shape.inputs}),
                     weights.controller_weight.narrow(1, 0, shape.inputs).t());
  }
  auto outputs = torch::empty({steps, batch, shape.output_width()}, torch::kFloat);
  ntm::ForwardRun run;
  run.first = ntm::load_state(shape, first, floats(work), tape.first_weights);
  run.reset = run.first;
  if (with_resets) run.reset = ntm::load_state(shape, initial, tape.reset_memory, tape.reset_weights);
  run.resets = with_resets ? arguments.resets.data_ptr<std::uint8_t>() : nullptr;
  run.weights = ntm::raw(weights);
  run.hoisted = hoisted_floats > 0 ? hoisted : nullptr;
  run.outputs = floats(outputs);
  run.scratch = hoisted + hoisted_floats;
  ntm::forward(tape, run);
  return final_state(tape, std::move(outputs));
}

variable_list listed(const NtmState& state) {
  variable_list list{state.memory, state.read_weights, state.write_weights, state.reads, state.h};
  if (state.c.defined()) list.push_back(state.c);
  return list;
}

/// Of [rows, columns], one beside the other; there are as many ones as rows.
Tensor column_sums(const float* from, std::int64_t rows, std::int64_t columns, const float* ones) {
  auto sums = torch::empty({columns}, torch::kFloat);
  kernels::multiply({1, columns, rows, ones, 0, from, columns, nullptr, 0, floats(sums), 0});
  return sums;
}

class NtmFunction : public torch::autograd::Function<NtmFunction> {
 public:
  /// `first` and `initial` are states spread out; `resets` and `initial` are empty tensors where there are none.
  static variable_list forward(AutogradContext* context, ScratchPool* pool, NtmShape shape, const Tensor& inputs,
                               const Tensor& controller_weight, const Tensor& controller_bias,
                               const Tensor& head_weight, const Tensor& head_bias, const Tensor& resets,
                               torch::TensorList first, torch::TensorList initial) {
    const auto state = [](torch::TensorList list) {
      return NtmState{list[0], list[1], list[2], list[3], list[4], list[5]};
    };
    Tensor block;
    auto result = run_forward(
        *pool, shape,
        {inputs, {controller_weight, controller_bias, head_weight, head_bias}, state(first), state(initial), resets},
        true, block);
    context->save_for_backward({controller_weight, head_weight, result.outputs, resets});
    context->saved_data["tape"] = block;
    context->saved_data["shape"] =
        std::vector<std::int64_t>{shape.inputs,     shape.units,       shape.slots,       shape.width,
                                  shape.read_heads, shape.write_heads, shape.shift_range, shape.lstm ? 1 : 0};
    context->set_materialize_grads(false);
    auto outputs = listed(result.state);
    outputs.insert(outputs.begin(), result.outputs);
    return outputs;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto controller_weight = saved[0].contiguous();
    const auto head_weight = saved[1].contiguous();
    const auto& outputs = saved[2];
    const auto& resets = saved[3];
    const auto numbers = context->saved_data["shape"].toIntVector();
    const NtmShape shape{numbers[0], numbers[1], numbers[2], numbers[3],
                         numbers[4], numbers[5], numbers[6], numbers[7] != 0};
    const auto block = context->saved_data["tape"].toTensor();
    const bool with_resets = resets.numel() > 0;
    ntm::Tape tape(shape, outputs.size(0), outputs.size(1), with_resets);
    const auto tape_floats = tape.place(floats(block));
    const std::int64_t all = tape.steps * tape.batch;
    const WayBack size(tape);
    ntm::BackwardRun run;
    run.resets = with_resets ? resets.data_ptr<std::uint8_t>() : nullptr;
    run.weights = {floats(controller_weight), nullptr, floats(head_weight), nullptr};
    run.outputs = floats(outputs);
    const auto outputs_gradient = gradients[0].defined() ? gradients[0].contiguous() : Tensor();
    run.outputs_gradient = outputs_gradient.defined() ? floats(outputs_gradient) : nullptr;
    run.sums_gradient = floats(block) + tape_floats;
    run.rows_gradient = run.sums_gradient + size.sums;
    run.state = ntm::place_state_gradient(tape, run.rows_gradient + size.rows);
    run.reset = ntm::place_state_gradient(tape, run.rows_gradient + size.rows + size.state);
    run.scratch = run.rows_gradient + size.rows + 2 * size.state;
    float* ones = run.scratch + size.scratch;
    std::fill_n(ones, size.ones, 1.0F);
    load_gradient(tape, {gradients.begin() + 1, gradients.end()}, run.state);
    if (with_resets) clear(tape, run.reset);
    ntm::backward(tape, run);

    const auto of_sums = torch::from_blob(run.sums_gradient, {all, shape.controller_rows()}, torch::kFloat);
    const auto of_rows = torch::from_blob(run.rows_gradient, {all, shape.head_rows()}, torch::kFloat);
    const auto joined = torch::from_blob(tape.joined, {all, shape.controller_columns()}, torch::kFloat);
    const auto h = outputs.view({all, shape.output_width()}).narrow(1, 0, shape.units);
    Tensor of_inputs;
    if (context->needs_input_grad(0)) {
      of_inputs = of_sums.mm(controller_weight.narrow(1, 0, shape.inputs)).view({tape.steps, tape.batch, shape.inputs});
    }
    // The first two arguments are no tensors.
    variable_list result{Tensor(),
                         Tensor(),
                         of_inputs,
                         of_sums.t().mm(joined),
                         column_sums(run.sums_gradient, all, shape.controller_rows(), ones),
                         of_rows.t().mm(h),
                         column_sums(run.rows_gradient, all, shape.head_rows(), ones),
                         Tensor()};
    const auto append = [&](const variable_list& list) { result.insert(result.end(), list.begin(), list.end()); };
    append(stored_gradient(tape, run.state));
    append(with_resets ? stored_gradient(tape, run.reset) : variable_list(6));
    return result;
  }
};

bool fusible(const NtmShape& shape, const Tensor& inputs) {
  return shape.order == NtmOrder::ReadWrite && inputs.is_cpu() && inputs.scalar_type() == torch::kFloat;
}

/// With a c of no width where the controller has none.
NtmState completed(const NtmShape& shape, NtmState state) {
  if (!shape.lstm) state.c = torch::empty({0}, torch::kFloat);
  return state;
}

NtmState empty_state() {
  const auto none = torch::empty({0}, torch::kFloat);
  return {none, none, none, none, none, none};
}

Tensor part_of(const Tensor& tensor, std::int64_t start, std::int64_t steps) {
  return tensor.narrow(0, start, std::min(steps, tensor.size(0) - start));
}

NtmResult sequence_without_gradient(ScratchPool& pool, const NtmShape& shape, const Arguments& arguments) {
  std::vector<Tensor> outputs;
  auto piece = arguments;
  NtmResult result;
  for (std::int64_t start = 0; start < arguments.inputs.size(0); start += kStepsWithoutGradient) {
    piece.inputs = part_of(arguments.inputs, start, kStepsWithoutGradient);
    if (arguments.resets.numel() > 0) piece.resets = part_of(arguments.resets, start, kStepsWithoutGradient);
    Tensor block;
    result = run_forward(pool, shape, piece, false, block);
    outputs.push_back(result.outputs);
    piece.first = completed(shape, result.state);
  }
  if (outputs.size() > 1) result.outputs = torch::cat(outputs);
  return result;
}

}  // namespace

NtmResult ntm_sequence(const NtmShape& shape, const Tensor& inputs, const NtmWeights& weights, const NtmState& state,
                       const NtmResets* resets, ScratchPool* pool) {
  if (!fusible(shape, inputs)) return ntm_sequence_plain(shape, inputs, weights, state, resets);
  const Arguments arguments{inputs, weights, completed(shape, state),
                            resets ? completed(shape, resets->initial) : empty_state(),
                            resets ? resets->at.to(torch::kByte).contiguous() : torch::empty({0}, torch::kByte)};
  ScratchPool own;
  if (!pool) pool = &own;
  NtmResult result;
  if (!torch::GradMode::is_enabled()) {
    result = sequence_without_gradient(*pool, shape, arguments);
  } else {
    const auto spread = [](const NtmState& s) {
      return variable_list{s.memory, s.read_weights, s.write_weights, s.reads, s.h, s.c};
    };
    const auto first = spread(arguments.first);
    const auto initial = spread(arguments.initial);
    const auto list =
        NtmFunction::apply(pool, shape, inputs, weights.controller_weight, weights.controller_bias, weights.head_weight,
                           weights.head_bias, arguments.resets, torch::TensorList(first), torch::TensorList(initial));
    result = {list[0], {list[1], list[2], list[3], list[4], list[5], shape.lstm ? list[6] : Tensor()}};
  }
  if (!shape.lstm) result.state.c = state.c;
  return result;
}

NtmResult ntm_step(const NtmShape& shape, const Tensor& input, const NtmWeights& weights, const NtmState& state,
                   ScratchPool* pool) {
  auto result = ntm_sequence(shape, input.unsqueeze(0), weights, state, nullptr, pool);
  result.outputs = result.outputs.squeeze(0);
  return result;
}

}  // namespace qarium::nn
