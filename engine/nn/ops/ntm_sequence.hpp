#pragma once
#include <cstdint>

#include "engine/nn/ops/ntm_kernels.hpp"

namespace qarium::nn::ntm {

/// What a sequence keeps for the way back, in one block of floats. [T], [B] and [H] are steps, batch and heads, N the
/// padded slots. "Before" is what a step starts from, after a reset if there is one.
struct Tape {
  NtmShape shape;
  std::int64_t steps;
  std::int64_t batch;
  bool resets;
  /// Memories are kept for so many steps at once. Where they are more than a cache holds, writing them anew on the way
  /// back is quicker than fetching them.
  std::int64_t segment;
  float* joined = nullptr;           ///< [T, B, controller_columns]: input, reads before, h before
  float* gates = nullptr;            ///< [T, B, 4C], LSTM only
  float* c_before = nullptr;         ///< [T + 1, B, C], LSTM only; the last is the final c
  float* tanh_c = nullptr;           ///< [T, B, C], LSTM only
  float* rows = nullptr;             ///< [T, B, head_rows]
  float* inverse_lengths = nullptr;  ///< [T, B, N]
  float* heads = nullptr;            ///< [T, B, H, head_floats]
  float* window = nullptr;           ///< [segment + 1, B, W, N]: memory before each step of a segment, and after all
  float* checkpoints = nullptr;      ///< [segments, B, W, N]: if there are several, memory before the first of each
  float* reset_memory = nullptr;     ///< [B, W, N], if there are resets
  float* first_weights = nullptr;    ///< [B, H, N]
  float* reset_weights = nullptr;    ///< [B, H, N]

  Tape(const NtmShape& shape_, std::int64_t steps_, std::int64_t batch_, bool resets_);
  /// Floats needed; places the arrays in `block`, aligned to 64 bytes, where it is not null.
  std::int64_t place(float* block);

  std::int64_t row(std::int64_t t, std::int64_t b) const { return t * batch + b; }
  std::int64_t memory_floats() const { return shape.width * padded(shape.slots); }
  bool several_segments() const { return segment < steps; }
  /// Before step t; while t's segment is in the window, or where it is the first of one.
  float* memory_at(std::int64_t t, std::int64_t b) const {
    const bool kept = several_segments() && t % segment == 0;
    return kept ? checkpoints + row(t / segment, b) * memory_floats() : window + row(t % segment, b) * memory_floats();
  }
  float* memory_after(std::int64_t t, std::int64_t b) const {
    return t + 1 < steps && several_segments() ? memory_at(t + 1, b)
                                               : window + row(t % segment + 1, b) * memory_floats();
  }
  float* heads_at(std::int64_t t, std::int64_t b) const {
    return heads + row(t, b) * shape.heads() * head_floats(shape);
  }
};

/// A state as the kernels want it: weights and memory padded, slots innermost.
struct RawState {
  const float* memory;  ///< [B, W, N]
  const float* reads;   ///< [B, R * W]
  const float* h;       ///< [B, C]
  const float* c;       ///< [B, C], LSTM only
};

struct RawWeights {
  const float* controller;  ///< [controller_rows, controller_columns]
  const float* controller_bias;
  const float* head;  ///< [head_rows, C]
  const float* head_bias;
};

/// Whether the inputs' product for all steps at once is worth a call: few inputs are faster with what recurs.
inline bool inputs_are_hoisted(const NtmShape& shape, std::int64_t steps) {
  return steps > 1 && 4 * shape.inputs > shape.recurrent();
}

struct ForwardRun {
  RawState first;  ///< its weights are in the tape
  RawState reset;
  const unsigned char* resets;  ///< [T, B] or null
  RawWeights weights;
  const float* hoisted;  ///< [T, B, controller_rows]: bias + what the input adds to the sums, or null
  float* outputs;        ///< [T, B, output_width]
  float* scratch;        ///< forward_scratch_floats
};
std::int64_t forward_scratch_floats(const Tape& tape);
/// The tape's `joined` has the inputs in place already.
void forward(const Tape& tape, const ForwardRun& run);

/// Gradients of a state; each is overwritten.
struct StateGradient {
  float* memory;   ///< [B, W, N]
  float* weights;  ///< [B, H, N]
  float* carried;  ///< [B, R * W + C]: reads, then h
  float* c;        ///< [B, C]
};
std::int64_t state_gradient_floats(const Tape& tape);
StateGradient place_state_gradient(const Tape& tape, float* block);

struct BackwardRun {
  const unsigned char* resets;
  RawWeights weights;
  const float* outputs;
  const float* outputs_gradient;  ///< or null
  StateGradient state;            ///< in: of the final state; out: of the first
  StateGradient reset;            ///< of the initial state; zero at the start; used where there are resets
  float* sums_gradient;           ///< out, [T, B, controller_rows]
  float* rows_gradient;           ///< out, [T, B, head_rows]
  float* scratch;                 ///< backward_scratch_floats
};
std::int64_t backward_scratch_floats(const Tape& tape);
void backward(const Tape& tape, const BackwardRun& run);

}  // namespace qarium::nn::ntm
