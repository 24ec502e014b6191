#include "engine/nn/ops/ntm_sequence.hpp"

#include <algorithm>

#include "engine/nn/ops/cell_kernels.hpp"

namespace qarium::nn::ntm {
namespace {

using namespace kernels;

/// With so few rows in all, turning the weights around costs more than it brings.
constexpr std::int64_t kFewRows = 32;
/// 2 MB, about a second-level cache.
constexpr std::int64_t kWindowFloats = 1 << 19;
constexpr std::int64_t kLeastSegment = 4;

bool as_they_lie(const Tape& tape) {
  return tape.batch * tape.steps < kFewRows;
}

bool reset_at(const Tape& tape, const unsigned char* resets, std::int64_t t, std::int64_t b) {
  return resets && resets[tape.row(t, b)];
}

/// The weights of the step before and the distance from head to head.
struct Previous {
  const float* weights;
  std::int64_t stride;
};

Previous previous_weights(const Tape& tape, const unsigned char* resets, std::int64_t t, std::int64_t b) {
  const std::int64_t n = padded(tape.shape.slots);
  const std::int64_t offset = b * tape.shape.heads() * n;
  if (reset_at(tape, resets, t, b)) return {tape.reset_weights + offset, n};
  if (t == 0) return {tape.first_weights + offset, n};
  return {tape.heads_at(t - 1, b) + kWeights * n, head_floats(tape.shape)};
}

/// Writes the memories of a segment anew from its first, up to the one before its last step t.
void rewrite_segment(const Tape& tape, const unsigned char* resets, std::int64_t t) {
  const std::int64_t first = t / tape.segment * tape.segment;
  for (std::int64_t b = 0; b < tape.batch; ++b) {
    for (std::int64_t u = first; u < t; ++u) {
      if (reset_at(tape, resets, u + 1, b)) {
        std::copy_n(tape.reset_memory + b * tape.memory_floats(), tape.memory_floats(), tape.memory_at(u + 1, b));
      } else {
        sample_write(tape.shape, tape.memory_at(u, b), tape.heads_at(u, b),
                     tape.rows + tape.row(u, b) * tape.shape.head_rows(), tape.memory_after(u, b));
      }
    }
  }
}

/// Puts the state before step t into the tape.
void begin_step(const Tape& tape, const ForwardRun& run, std::int64_t t, std::int64_t b) {
  const auto& shape = tape.shape;
  const bool fresh = reset_at(tape, run.resets, t, b);
  // Else the step before has left it there.
  if (const float* memory = fresh ? run.reset.memory : t == 0 ? run.first.memory : nullptr)
    std::copy_n(memory + b * tape.memory_floats(), tape.memory_floats(), tape.memory_at(t, b));
  float* recurrent = tape.joined + tape.row(t, b) * shape.controller_columns() + shape.inputs;
  if (!fresh && t > 0) {
    const float* before = run.outputs + tape.row(t - 1, b) * shape.output_width();
    std::copy_n(before + shape.units, shape.reads(), recurrent);
    if (shape.lstm) std::copy_n(before, shape.units, recurrent + shape.reads());
    return;
  }
  const auto& state = fresh ? run.reset : run.first;
  std::copy_n(state.reads + b * shape.reads(), shape.reads(), recurrent);
  if (!shape.lstm) return;
  std::copy_n(state.h + b * shape.units, shape.units, recurrent + shape.reads());
  std::copy_n(state.c + b * shape.units, shape.units, tape.c_before + tape.row(t, b) * shape.units);
}

void add_and_clear(float* from, float* to, std::int64_t n) {
  for (std::int64_t i = 0; i < n; ++i)
    to[i] += from[i];
  std::fill_n(from, n, 0.0F);
}

struct WeightRows {
  const float* weights;
  std::int64_t stride;
};

/// The controller's weights of what recurs, without those of the inputs. Where they are used often enough they are
/// copied, each row from the beginning of a cache line on.
WeightRows recurrent_weights(const Tape& tape, const BackwardRun& run, float* copies) {
  const auto& shape = tape.shape;
  const std::int64_t columns = shape.controller_columns();
  const float* weights = run.weights.controller + shape.inputs;
  if (as_they_lie(tape)) return {weights, columns};
  const std::int64_t stride = padded(shape.recurrent());
  for (std::int64_t row = 0; row < shape.controller_rows(); ++row)
    std::copy_n(weights + row * columns, shape.recurrent(), copies + row * stride);
  return {copies, stride};
}

void run_controller(const Tape& tape, std::int64_t t, std::int64_t b, float* outputs) {
  const auto& shape = tape.shape;
  const std::int64_t k = tape.row(t, b);
  float* h = outputs + k * shape.output_width();
  if (!shape.lstm) {
    tanh_forward(shape.units, h);
    return;
  }
  lstm_forward(shape.units, tape.gates + k * 4 * shape.units, tape.c_before + k * shape.units,
               tape.c_before + (k + tape.batch) * shape.units, tape.tanh_c + k * shape.units, h);
}

}  // namespace

Tape::Tape(const NtmShape& shape_, std::int64_t steps_, std::int64_t batch_, bool resets_)
    : shape(shape_), steps(steps_), batch(batch_), resets(resets_) {
  segment = std::clamp(kWindowFloats / (batch * memory_floats()), std::min(kLeastSegment, steps), steps);
}

std::int64_t Tape::place(float* block) {
  const std::int64_t n = padded(shape.slots);
  const std::int64_t all = steps * batch;
  const std::int64_t lstm = shape.lstm ? shape.units : 0;
  std::int64_t used = 0;
  const auto take = [&](float*& array, std::int64_t floats) {
    if (block) array = block + used;
    used += padded(floats);
  };
  take(joined, all * shape.controller_columns());
  take(gates, all * 4 * lstm);
  take(c_before, (all + batch) * lstm);
  take(tanh_c, all * lstm);
  take(rows, all * shape.head_rows());
  take(inverse_lengths, all * n);
  take(heads, all * shape.heads() * head_floats(shape));
  take(window, (segment + 1) * batch * memory_floats());
  take(checkpoints, several_segments() ? (steps + segment - 1) / segment * batch * memory_floats() : 0);
  take(reset_memory, resets ? batch * memory_floats() : 0);
  take(first_weights, batch * shape.heads() * n);
  take(reset_weights, batch * shape.heads() * n);
  return used;
}

std::int64_t forward_scratch_floats(const Tape& tape) {
  const auto& shape = tape.shape;
  const std::int64_t turned = as_they_lie(tape) ? 0
                                                : padded(shape.controller_columns() * shape.controller_rows()) +
                                                      padded(shape.units * shape.head_rows());
  return padded(scratch_floats(shape)) + turned;
}

void forward(const Tape& tape, const ForwardRun& run) {
  const auto& shape = tape.shape;
  const bool lie = as_they_lie(tape);
  const std::int64_t batch = tape.batch;
  const std::int64_t columns = shape.controller_columns();
  const std::int64_t gate_rows = shape.controller_rows();
  const std::int64_t output_width = shape.output_width();
  const std::int64_t first_column = run.hoisted ? shape.inputs : 0;
  const auto product = lie ? multiply_transposed : multiply;

  const float* controller = run.weights.controller + first_column;
  const float* head = run.weights.head;
  if (!lie) {
    float* turned = run.scratch + padded(scratch_floats(shape));
    transpose(controller, columns, gate_rows, columns - first_column, turned, gate_rows);
    controller = turned;
    turned += padded(columns * gate_rows);
    transpose(head, shape.units, shape.head_rows(), shape.units, turned, shape.head_rows());
    head = turned;
  }
  for (std::int64_t t = 0; t < tape.steps; ++t) {
    const std::int64_t k = tape.row(t, 0);
    for (std::int64_t b = 0; b < batch; ++b)
      begin_step(tape, run, t, b);
    float* outputs = run.outputs + k * output_width;
    product({batch, gate_rows, columns - first_column, tape.joined + k * columns + first_column, columns, controller,
             lie ? columns : gate_rows, run.hoisted ? run.hoisted + k * gate_rows : run.weights.controller_bias,
             run.hoisted ? gate_rows : 0, shape.lstm ? tape.gates + k * gate_rows : outputs,
             shape.lstm ? gate_rows : output_width});
    for (std::int64_t b = 0; b < batch; ++b)
      run_controller(tape, t, b, run.outputs);
    product({batch, shape.head_rows(), shape.units, outputs, output_width, head, lie ? shape.units : shape.head_rows(),
             run.weights.head_bias, 0, tape.rows + k * shape.head_rows(), shape.head_rows()});
    for (std::int64_t b = 0; b < batch; ++b) {
      const auto previous = previous_weights(tape, run.resets, t, b);
      sample_forward(
          shape, {tape.memory_at(t, b), previous.weights, previous.stride, tape.rows + (k + b) * shape.head_rows(),
                  tape.inverse_lengths + (k + b) * padded(shape.slots), tape.heads_at(t, b), tape.memory_after(t, b),
                  outputs + b * output_width + shape.units, run.scratch});
    }
  }
}

std::int64_t state_gradient_floats(const Tape& tape) {
  const auto& shape = tape.shape;
  const std::int64_t n = padded(shape.slots);
  return tape.batch * (shape.width * n + shape.heads() * n) + padded(tape.batch * (shape.reads() + shape.units)) +
         padded(tape.batch * shape.units);
}

StateGradient place_state_gradient(const Tape& tape, float* block) {
  const auto& shape = tape.shape;
  const std::int64_t n = padded(shape.slots);
  StateGradient gradient;
  gradient.memory = block;
  gradient.weights = gradient.memory + tape.batch * shape.width * n;
  gradient.carried = gradient.weights + tape.batch * shape.heads() * n;
  gradient.c = gradient.carried + padded(tape.batch * (shape.reads() + shape.units));
  return gradient;
}

std::int64_t backward_scratch_floats(const Tape& tape) {
  const auto& shape = tape.shape;
  const std::int64_t recurrent = as_they_lie(tape) ? 0 : shape.controller_rows() * padded(shape.recurrent());
  return padded(scratch_floats(shape)) + padded(tape.batch * shape.units) + recurrent;
}

void backward(const Tape& tape, const BackwardRun& run) {
  const auto& shape = tape.shape;
  const std::int64_t batch = tape.batch;
  const std::int64_t n = padded(shape.slots);
  const std::int64_t units = shape.units;
  const std::int64_t reads = shape.reads();
  const std::int64_t carried = reads + units;
  const std::int64_t output_width = shape.output_width();
  const std::int64_t gate_rows = shape.controller_rows();
  const std::int64_t memory_floats = tape.memory_floats();
  const std::int64_t weight_floats = shape.heads() * n;
  float* h_gradient = run.scratch + padded(scratch_floats(shape));
  const auto recurrent = recurrent_weights(tape, run, h_gradient + padded(batch * units));
  for (std::int64_t t = tape.steps - 1; t >= 0; --t) {
    const std::int64_t first = tape.row(t, 0);
    // The last segment is still in the window.
    if (t < tape.steps - 1 && t % tape.segment == tape.segment - 1) rewrite_segment(tape, run.resets, t);
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int64_t k = first + b;
      float* of_reads = run.state.carried + b * carried;
      float* of_h = of_reads + reads;
      if (run.outputs_gradient) {
        const float* of_output = run.outputs_gradient + k * output_width;
        for (std::int64_t i = 0; i < units; ++i)
          of_h[i] += of_output[i];
        for (std::int64_t i = 0; i < reads; ++i)
          of_reads[i] += of_output[units + i];
      }
      const auto previous = previous_weights(tape, run.resets, t, b);
      sample_backward(
          shape, {tape.memory_at(t, b), previous.weights, previous.stride, tape.rows + k * shape.head_rows(),
                  tape.inverse_lengths + k * n, tape.heads_at(t, b), of_reads, run.state.memory + b * memory_floats,
                  run.state.weights + b * weight_floats, run.rows_gradient + k * shape.head_rows(), run.scratch});
    }
    multiply({batch, units, shape.head_rows(), run.rows_gradient + first * shape.head_rows(), shape.head_rows(),
              run.weights.head, units, run.state.carried + reads, carried, h_gradient, units});
    for (std::int64_t b = 0; b < batch; ++b) {
      const std::int64_t k = first + b;
      float* of_sums = run.sums_gradient + k * gate_rows;
      if (shape.lstm) {
        lstm_backward(units, tape.gates + k * gate_rows, tape.c_before + k * units, tape.tanh_c + k * units,
                      h_gradient + b * units, run.state.c + b * units, of_sums);
      } else {
        tanh_backward(units, run.outputs + k * output_width, h_gradient + b * units, of_sums);
        std::fill_n(run.state.carried + b * carried + reads, units, 0.0F);
      }
    }
    multiply({batch, shape.recurrent(), gate_rows, run.sums_gradient + first * gate_rows, gate_rows, recurrent.weights,
              recurrent.stride, nullptr, 0, run.state.carried, carried});
    for (std::int64_t b = 0; b < batch; ++b) {
      if (!reset_at(tape, run.resets, t, b)) continue;
      add_and_clear(run.state.memory + b * memory_floats, run.reset.memory + b * memory_floats, memory_floats);
      add_and_clear(run.state.weights + b * weight_floats, run.reset.weights + b * weight_floats, weight_floats);
      add_and_clear(run.state.carried + b * carried, run.reset.carried + b * carried, carried);
      add_and_clear(run.state.c + b * units, run.reset.c + b * units, units);
    }
  }
}

}  // namespace qarium::nn::ntm
