#include "engine/nn/ops/ntm_layout.hpp"

#include <algorithm>
#include <utility>

namespace qarium::nn::ntm {
namespace {

using torch::Tensor;
using torch::autograd::variable_list;

/// [B, S, W] of any strides to [B, W, N].
void load_memory(const Tensor& memory, float* to) {
  const std::int64_t slots = memory.size(1);
  const std::int64_t n = padded(slots);
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
    std::copy_n(from + row * padded(slots), slots, to + row * slots);
  return memory;
}

/// [B, heads, S] into rows `first` and on of [B, all heads, N].
void load_weights(const Tensor& weights, std::int64_t first, std::int64_t all, float* to) {
  const auto from = weights.contiguous();
  const std::int64_t heads = from.size(1);
  const std::int64_t slots = from.size(2);
  const std::int64_t n = padded(slots);
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

}  // namespace

RawState load_state(const NtmShape& shape, const NtmState& state, float* memory, float* weights) {
  load_memory(state.memory, memory);
  load_weights(state.read_weights, 0, shape.heads(), weights);
  load_weights(state.write_weights, shape.read_heads, shape.heads(), weights);
  return {memory, floats(state.reads), floats(state.h), floats(state.c)};
}

RawWeights raw(const NtmWeights& weights) {
  return {floats(weights.controller_weight), floats(weights.controller_bias), floats(weights.head_weight),
          floats(weights.head_bias)};
}

NtmState contiguous(const NtmState& state) {
  // Memory and weights are copied into the tape, whatever their strides.
  return {state.memory,         state.read_weights,  state.write_weights, state.reads.contiguous(),
          state.h.contiguous(), state.c.contiguous()};
}

NtmResult final_state(const Tape& tape, Tensor outputs) {
  const auto& shape = tape.shape;
  const std::int64_t n = padded(shape.slots);
  const std::int64_t last = tape.steps - 1;
  const std::int64_t stride = head_floats(shape);
  const float* weights = tape.heads_at(last, 0) + kWeights * n;
  const float* last_output = floats(outputs) + tape.row(last, 0) * shape.output_width();
  NtmState state{stored_memory(tape.memory_after(last, 0), tape.batch, shape.slots, shape.width),
                 stored_weights(weights, tape.batch, shape.heads() * stride, shape.read_heads, stride, shape.slots),
                 stored_weights(weights + shape.read_heads * stride, tape.batch, shape.heads() * stride,
                                shape.write_heads, stride, shape.slots),
                 stored_rows(last_output + shape.units, tape.batch, shape.output_width(), shape.reads())
                     .view({tape.batch, shape.read_heads, shape.width}),
                 stored_rows(last_output, tape.batch, shape.output_width(), shape.units),
                 {}};
  if (shape.lstm) {
    state.c = stored_rows(tape.c_before + tape.steps * tape.batch * shape.units, tape.batch, shape.units, shape.units);
  }
  return {std::move(outputs), std::move(state)};
}

void clear(const Tape& tape, const StateGradient& gradient) {
  std::fill_n(gradient.memory, state_gradient_floats(tape), 0.0F);
}

void load_gradient(const Tape& tape, const variable_list& gradients, const StateGradient& to) {
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

variable_list stored_gradient(const Tape& tape, const StateGradient& gradient) {
  const auto& shape = tape.shape;
  const std::int64_t n = padded(shape.slots);
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

}  // namespace qarium::nn::ntm
