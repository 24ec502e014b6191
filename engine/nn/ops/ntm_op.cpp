#include "engine/nn/ops/ntm_op.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "engine/nn/ops/ntm_sequence.hpp"
#include "engine/nn/ops/scratch_pool.hpp"

namespace qarium::nn {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

/// Without gradients a long sequence is run in pieces of so many steps, to keep the tape short.
constexpr std::int64_t kStepsWithoutGradient = 64;

ScratchPool& pool() {
  static ScratchPool scratch;
  return scratch;
}

/// What the fused path works on, all of it defined.
struct Arguments {
  Tensor inputs;
  NtmWeights weights;
  NtmState first, initial;
  Tensor resets;  ///< uint8 [T, B], or empty
};

float* floats(const Tensor& tensor) {
  return tensor.data_ptr<float>();
}

/// [B, S, W] of any strides to [B, W, N].
void load_memory(const Tensor& memory, float* to) {
  const std::int64_t slots = memory.size(1);
  const std::int64_t n = ntm::padded(slots);
  const std::int64_t slot_stride = memory.stride(1);
  for (std::int64_t b = 0; b < memory.size(0); ++b) {
    for (std::int64_t m = 0; m < memory.size(2); ++m, to += n) {
      const float* from = floats(memory) + b * memory.stride(0) + m * memory.stride(2);
      if (slot_stride == 1) {
        std::copy_n(from, slots, to);
      } else {
        for (std::int64_t i = 0; i < slots; ++i)
          to[i] = from[i * slot_stride];
      }
      std::fill(to + slots, to + n, 0.0F);
    }
  }
}

/// The other way; the result keeps the slots innermost, so that loading it again is a copy.
Tensor stored_memory(const float* from, std::int64_t batch, std::int64_t slots, std::int64_t width) {
  auto memory = torch::empty_strided({batch, slots, width}, {slots * width, 1, slots}, torch::kFloat);
  float* to = floats(memory);
  for (std::int64_t row = 0; row < batch * width; ++row)
    std::copy_n(from + row * ntm::padded(slots), slots, to + row * slots);
  return memory;
}

/// [B, heads, S] into rows `first` and on of [B, all heads, N].
void load_weights(const Tensor& weights, std::int64_t first, std::int64_t all, float* to) {
  const auto from = weights.contiguous();
  const std::int64_t heads = from.size(1);
  const std::int64_t slots = from.size(2);
  const std::int64_t n = ntm::padded(slots);
  for (std::int64_t b = 0; b < from.size(0); ++b) {
    for (std::int64_t head = 0; head < heads; ++head) {
      float* row = to + (b * all + first + head) * n;
      std::copy_n(floats(from) + (b * heads + head) * slots, slots, row);
      std::fill(row + slots, row + n, 0.0F);
    }
  }
}

/// `heads` rows of `slots` for each sample, each `head_stride` from the next, samples `stride` apart.
Tensor stored_weights(const float* from, std::int64_t batch, std::int64_t stride, std::int64_t heads,
                      std::int64_t head_stride, std::int64_t slots) {
  auto weights = torch::empty({batch, heads, slots}, torch::kFloat);
  float* to = floats(weights);
  for (std::int64_t b = 0; b < batch; ++b) {
    for (std::int64_t head = 0; head < heads; ++head, to += slots)
      std::copy_n(from + b * stride + head * head_stride, slots, to);
  }
  return weights;
}

Tensor stored_rows(const float* from, std::int64_t batch, std::int64_t stride, std::int64_t n) {
  auto rows = torch::empty({batch, n}, torch::kFloat);
  for (std::int64_t b = 0; b < batch; ++b)
    std::copy_n(from + b * stride, n, floats(rows) + b * n);
  return rows;
}

/// Loads the weights into the tape's array and the memory into `memory`; the rest is used where it lies.
ntm::RawState load_state(const NtmShape& shape, const NtmState& state, float* memory, float* weights) {
  load_memory(state.memory, memory);
  load_weights(state.read_weights, 0, shape.heads(), weights);
  load_weights(state.write_weights, shape.read_heads, shape.heads(), weights);
  return {memory, floats(state.reads), floats(state.h), floats(state.c)};
}

ntm::RawWeights raw(const NtmWeights& weights) {
  return {floats(weights.controller_weight), floats(weights.controller_bias), floats(weights.head_weight),
          floats(weights.head_bias)};
}

NtmState contiguous(const NtmState& state) {
  // Memory and weights are copied into the tape, whatever their strides.
  return {state.memory,         state.read_weights,  state.write_weights, state.reads.contiguous(),
          state.h.contiguous(), state.c.contiguous()};
}

NtmResult final_state(const ntm::Tape& tape, Tensor outputs) {
  const auto& shape = tape.shape;
  const std::int64_t n = ntm::padded(shape.slots);
  const std::int64_t last = tape.steps - 1;
  const std::int64_t stride = ntm::head_floats(shape);
  const float* weights = tape.heads_at(last, 0) + ntm::kWeights * n;
  const float* remembered = floats(outputs) + tape.row(last, 0) * shape.remembered();
  NtmState state{stored_memory(tape.memory_after(last, 0), tape.batch, shape.slots, shape.width),
                 stored_weights(weights, tape.batch, shape.heads() * stride, shape.read_heads, stride, shape.slots),
                 stored_weights(weights + shape.read_heads * stride, tape.batch, shape.heads() * stride,
                                shape.write_heads, stride, shape.slots),
                 stored_rows(remembered + shape.units, tape.batch, shape.remembered(), shape.reads())
                     .view({tape.batch, shape.read_heads, shape.width}),
                 stored_rows(remembered, tape.batch, shape.remembered(), shape.units),
                 {}};
  if (shape.lstm) {
    state.c = stored_rows(tape.c_before + tape.steps * tape.batch * shape.units, tape.batch, shape.units, shape.units);
  }
  return {std::move(outputs), std::move(state)};
}

/// Whether the inputs' product for all steps at once is worth a call: few inputs are faster with what recurs.
bool inputs_are_hoisted(const NtmShape& shape, std::int64_t steps) {
  return steps > 1 && 4 * shape.inputs > shape.recurrent();
}

/// Runs the sequence; the tape is left in `block`.
NtmResult run_forward(const NtmShape& shape, const Arguments& arguments, Tensor& block) {
  const torch::NoGradGuard no_grad;
  const auto inputs = arguments.inputs.contiguous();
  const std::int64_t steps = inputs.size(0);
  const std::int64_t batch = inputs.size(1);
  const std::int64_t memory_floats = batch * shape.width * ntm::padded(shape.slots);
  const bool with_resets = arguments.resets.numel() > 0;
  ntm::Tape tape(shape, steps, batch, with_resets);
  block = pool().take(tape.place(nullptr));
  tape.place(floats(block));

  const std::int64_t hoisted_floats =
      inputs_are_hoisted(shape, steps) ? ntm::padded(steps * batch * shape.controller_rows()) : 0;
  const auto work = pool().take(memory_floats + hoisted_floats + ntm::forward_scratch_floats(tape));
  float* hoisted = floats(work) + memory_floats;
  const NtmWeights weights{arguments.weights.controller_weight.contiguous(),
                           arguments.weights.controller_bias.contiguous(), arguments.weights.head_weight.contiguous(),
                           arguments.weights.head_bias.contiguous()};
  const auto first = contiguous(arguments.first);
  const auto initial = with_resets ? contiguous(arguments.initial) : first;

  for (std::int64_t k = 0; k < steps * batch; ++k)
    std::copy_n(floats(inputs) + k * shape.inputs, shape.inputs, tape.joined + k * shape.controller_columns());
  if (hoisted_floats > 0) {
    auto sums = torch::from_blob(hoisted, {steps * batch, shape.controller_rows()}, torch::kFloat);
    torch::addmm_out(sums, weights.controller_bias, inputs.view({-1, shape.inputs}),
                     weights.controller_weight.narrow(1, 0, shape.inputs).t());
  }
  auto outputs = torch::empty({steps, batch, shape.remembered()}, torch::kFloat);
  ntm::ForwardRun run;
  run.first = load_state(shape, first, floats(work), tape.first_weights);
  run.reset = run.first;
  if (with_resets) run.reset = load_state(shape, initial, tape.reset_memory, tape.reset_weights);
  run.resets = with_resets ? arguments.resets.data_ptr<std::uint8_t>() : nullptr;
  run.weights = raw(weights);
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

void clear(const ntm::Tape& tape, const ntm::StateGradient& gradient) {
  std::fill_n(gradient.memory, ntm::state_gradient_floats(tape), 0.0F);
}

/// Places the final state's gradients, those that are defined, listed as the state is.
void load_gradient(const ntm::Tape& tape, const variable_list& gradients, const ntm::StateGradient& to) {
  const auto& shape = tape.shape;
  clear(tape, to);
  if (gradients[0].defined()) load_memory(gradients[0], to.memory);
  if (gradients[1].defined()) load_weights(gradients[1], 0, shape.heads(), to.weights);
  if (gradients[2].defined()) load_weights(gradients[2], shape.read_heads, shape.heads(), to.weights);
  const std::int64_t carried = shape.reads() + shape.units;
  const auto place = [&](const Tensor& gradient, std::int64_t n, float* target, std::int64_t stride) {
    if (!gradient.defined()) return;
    const auto from = gradient.contiguous();
    for (std::int64_t b = 0; b < tape.batch; ++b)
      std::copy_n(floats(from) + b * n, n, target + b * stride);
  };
  place(gradients[3], shape.reads(), to.carried, carried);
  place(gradients[4], shape.units, to.carried + shape.reads(), carried);
  if (shape.lstm) place(gradients[5], shape.units, to.c, shape.units);
}

/// In the order of NtmState; h and c only where the controller sees them.
variable_list stored_gradient(const ntm::Tape& tape, const ntm::StateGradient& gradient) {
  const auto& shape = tape.shape;
  const std::int64_t n = ntm::padded(shape.slots);
  const std::int64_t stride = shape.heads() * n;
  const std::int64_t carried = shape.reads() + shape.units;
  variable_list list{
      stored_memory(gradient.memory, tape.batch, shape.slots, shape.width),
      stored_weights(gradient.weights, tape.batch, stride, shape.read_heads, n, shape.slots),
      stored_weights(gradient.weights + shape.read_heads * n, tape.batch, stride, shape.write_heads, n, shape.slots),
      stored_rows(gradient.carried, tape.batch, carried, shape.reads())
          .view({tape.batch, shape.read_heads, shape.width}),
      Tensor(),
      Tensor()};
  if (shape.lstm) {
    list[4] = stored_rows(gradient.carried + shape.reads(), tape.batch, carried, shape.units);
    list[5] = stored_rows(gradient.c, tape.batch, shape.units, shape.units);
  }
  return list;
}

/// Of [rows, columns], one beside the other.
Tensor column_sums(const float* from, std::int64_t rows, std::int64_t columns) {
  const auto ones = pool().take(rows);
  std::fill_n(floats(ones), rows, 1.0F);
  auto sums = torch::empty({columns}, torch::kFloat);
  kernels::multiply({1, columns, rows, floats(ones), 0, from, columns, nullptr, 0, floats(sums), 0});
  return sums;
}

class NtmFunction : public torch::autograd::Function<NtmFunction> {
 public:
  /// `first` and `initial` are states spread out; `resets` and `initial` are empty tensors where there are none.
  static variable_list forward(AutogradContext* context, NtmShape shape, const Tensor& inputs,
                               const Tensor& controller_weight, const Tensor& controller_bias,
                               const Tensor& head_weight, const Tensor& head_bias, const Tensor& resets,
                               torch::TensorList first, torch::TensorList initial) {
    const auto state = [](torch::TensorList list) {
      return NtmState{list[0], list[1], list[2], list[3], list[4], list[5]};
    };
    Tensor block;
    auto result = run_forward(
        shape,
        {inputs, {controller_weight, controller_bias, head_weight, head_bias}, state(first), state(initial), resets},
        block);
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
    tape.place(floats(block));
    const std::int64_t all = tape.steps * tape.batch;

    const std::int64_t sums_floats = ntm::padded(all * shape.controller_rows());
    const std::int64_t rows_floats = ntm::padded(all * shape.head_rows());
    const std::int64_t state_floats = ntm::state_gradient_floats(tape);
    const auto work = pool().take(sums_floats + rows_floats + 2 * state_floats + ntm::backward_scratch_floats(tape));
    ntm::BackwardRun run;
    run.resets = with_resets ? resets.data_ptr<std::uint8_t>() : nullptr;
    run.weights = {floats(controller_weight), nullptr, floats(head_weight), nullptr};
    run.outputs = floats(outputs);
    const auto outputs_gradient = gradients[0].defined() ? gradients[0].contiguous() : Tensor();
    run.outputs_gradient = outputs_gradient.defined() ? floats(outputs_gradient) : nullptr;
    run.sums_gradient = floats(work);
    run.rows_gradient = run.sums_gradient + sums_floats;
    run.state = ntm::place_state_gradient(tape, run.rows_gradient + rows_floats);
    run.reset = ntm::place_state_gradient(tape, run.rows_gradient + rows_floats + state_floats);
    run.scratch = run.rows_gradient + rows_floats + 2 * state_floats;
    load_gradient(tape, {gradients.begin() + 1, gradients.end()}, run.state);
    if (with_resets) clear(tape, run.reset);
    ntm::backward(tape, run);

    const auto of_sums = torch::from_blob(run.sums_gradient, {all, shape.controller_rows()}, torch::kFloat);
    const auto of_rows = torch::from_blob(run.rows_gradient, {all, shape.head_rows()}, torch::kFloat);
    const auto joined = torch::from_blob(tape.joined, {all, shape.controller_columns()}, torch::kFloat);
    const auto h = outputs.view({all, shape.remembered()}).narrow(1, 0, shape.units);
    Tensor of_inputs;
    if (context->needs_input_grad(0)) {
      of_inputs = of_sums.mm(controller_weight.narrow(1, 0, shape.inputs)).view({tape.steps, tape.batch, shape.inputs});
    }
    // The first argument is no tensor.
    variable_list result{Tensor(),
                         of_inputs,
                         of_sums.t().mm(joined),
                         column_sums(run.sums_gradient, all, shape.controller_rows()),
                         of_rows.t().mm(h),
                         column_sums(run.rows_gradient, all, shape.head_rows()),
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

NtmResult sequence_without_gradient(const NtmShape& shape, const Arguments& arguments) {
  std::vector<Tensor> outputs;
  auto piece = arguments;
  NtmResult result;
  for (std::int64_t start = 0; start < arguments.inputs.size(0); start += kStepsWithoutGradient) {
    piece.inputs = part_of(arguments.inputs, start, kStepsWithoutGradient);
    if (arguments.resets.numel() > 0) piece.resets = part_of(arguments.resets, start, kStepsWithoutGradient);
    Tensor block;
    result = run_forward(shape, piece, block);
    outputs.push_back(result.outputs);
    piece.first = completed(shape, result.state);
  }
  if (outputs.size() > 1) result.outputs = torch::cat(outputs);
  return result;
}

}  // namespace

NtmResult ntm_sequence(const NtmShape& shape, const Tensor& inputs, const NtmWeights& weights, const NtmState& state,
                       const NtmResets* resets) {
  if (!fusible(shape, inputs)) return ntm_sequence_plain(shape, inputs, weights, state, resets);
  const Arguments arguments{inputs, weights, completed(shape, state),
                            resets ? completed(shape, resets->initial) : empty_state(),
                            resets ? resets->at.to(torch::kByte).contiguous() : torch::empty({0}, torch::kByte)};
  NtmResult result;
  if (!torch::GradMode::is_enabled()) {
    result = sequence_without_gradient(shape, arguments);
  } else {
    const auto spread = [](const NtmState& s) {
      return variable_list{s.memory, s.read_weights, s.write_weights, s.reads, s.h, s.c};
    };
    const auto first = spread(arguments.first);
    const auto initial = spread(arguments.initial);
    const auto list =
        NtmFunction::apply(shape, inputs, weights.controller_weight, weights.controller_bias, weights.head_weight,
                           weights.head_bias, arguments.resets, torch::TensorList(first), torch::TensorList(initial));
    result = {list[0], {list[1], list[2], list[3], list[4], list[5], shape.lstm ? list[6] : Tensor()}};
  }
  if (!shape.lstm) result.state.c = state.c;
  return result;
}

NtmResult ntm_step(const NtmShape& shape, const Tensor& input, const NtmWeights& weights, const NtmState& state) {
  auto result = ntm_sequence(shape, input.unsqueeze(0), weights, state);
  result.outputs = result.outputs.squeeze(0);
  return result;
}

}  // namespace qarium::nn
