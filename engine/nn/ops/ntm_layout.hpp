#pragma once
#include <torch/torch.h>

#include "engine/nn/ops/ntm_op.hpp"
#include "engine/nn/ops/ntm_sequence.hpp"

namespace qarium::nn::ntm {

/// From tensors to what the kernels of ntm_sequence want, slots innermost and padded, and back. float32 on the CPU.

inline float* floats(const torch::Tensor& tensor) {
  return tensor.data_ptr<float>();
}

RawWeights raw(const NtmWeights& weights);
/// With reads, h and c contiguous; memory and weights are copied into the tape, whatever their strides.
NtmState contiguous(const NtmState& state);
/// Loads the weights into the tape's array and the memory into `memory`; the rest is used where it lies.
RawState load_state(const NtmShape& shape, const NtmState& state, float* memory, float* weights);
/// After the last step. Its memory keeps the slots innermost, so that loading it again is a copy.
NtmResult final_state(const Tape& tape, torch::Tensor outputs);

void clear(const Tape& tape, const StateGradient& gradient);
/// Places the final state's gradients, those that are defined, listed as the state is.
void load_gradient(const Tape& tape, const torch::autograd::variable_list& gradients, const StateGradient& to);
/// In the order of NtmState; h and c only where the controller sees them.
torch::autograd::variable_list stored_gradient(const Tape& tape, const StateGradient& gradient);

}  // namespace qarium::nn::ntm
