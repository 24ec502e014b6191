#pragma once
#include <torch/torch.h>

#include "engine/nn/intervention.hpp"
#include "engine/nn/ops/ntm_shape.hpp"
#include "engine/nn/ops/scratch_pool.hpp"

namespace qarium::nn {

/// The sequence of a Neural Turing Machine (Graves, Wayne, Danihelka 2014, section 3), forward and backward. Names as
/// in NtmShape: I inputs, C units, S slots, W width, R read heads, K write heads, H = R + K, P head_rows().
///
///     content        w_c(i) = softmax_i(beta cos(k, M(i))), |x| = sqrt(x.x + 1e-16)             (equations 5, 6)
///     interpolation  w_g = g w_c + (1 - g) w_prev                                              (7)
///     shift          w_s(i) = sum_j w_g(j) s(i - j mod S)                                      (8)
///     sharpen        w(i) = (w_s(i) + 1e-16)^gamma / sum_j (w_s(j) + 1e-16)^gamma              (9)
///     write          M'(i) = M(i) prod_k (1 - w_k(i) e_k) + sum_k w_k(i) a_k                   (3, 4)
///     read           r = sum_i w(i) M(i)                                                       (2)
///
/// beta = softplus, g = sigmoid, s = softmax, gamma = 1 + softplus, e = sigmoid, a as it is.
struct NtmWeights {
  torch::Tensor controller_weight;  ///< [4C or C, I + R*W (+ C for the LSTM)]: columns input, reads, h
  torch::Tensor controller_bias;    ///< [4C or C]
  torch::Tensor head_weight;        ///< [P, C]
  torch::Tensor head_bias;          ///< [P]
};

/// What is carried from step to step.
struct NtmState {
  torch::Tensor memory;         ///< [B, S, W]
  torch::Tensor read_weights;   ///< [B, R, S]
  torch::Tensor write_weights;  ///< [B, K, S]
  torch::Tensor reads;          ///< [B, R, W]
  torch::Tensor h;              ///< [B, C]; a feedforward controller does not look at it
  torch::Tensor c;              ///< [B, C]; carried unchanged, and may be undefined, for a feedforward controller
};

/// Where the state begins anew within a sequence.
struct NtmResets {
  torch::Tensor at;  ///< uint8 or bool [T, B]: before this step the state is replaced by `initial`
  NtmState initial;  ///< [B, ...], expanded tensors are fine; gets gradients
};

/// The addressing chain of one step, for all heads, read heads first.
struct NtmAddressing {
  torch::Tensor previous, similarity, content, interpolated, shifted, sharpened;  ///< [B, H, S]; similarity = cos(k, M)
  torch::Tensor key;                                                              ///< [B, H, W]
  torch::Tensor beta, g, gamma;                                                   ///< [B, H]
  torch::Tensor s;                                                                ///< [B, H, 2 shift_range + 1]
  torch::Tensor erase, add;                                                       ///< [B, K, W]
};

struct NtmResult {
  torch::Tensor outputs;  ///< [T, B, C + R*W], of a step [B, C + R*W]: h and the new reads side by side
  NtmState state;         ///< after the last step
};

/// In Torch operations: any device, any floating type, both orders. inputs [T, B, I].
NtmResult ntm_sequence_plain(const NtmShape& shape, const torch::Tensor& inputs, const NtmWeights& weights,
                             const NtmState& state, const NtmResets* resets = nullptr);

/// One step in Torch operations; input [B, I]. Fills `addressing` where it is given. Of an intervention,
/// heads set by hand and frozen writes.
NtmResult ntm_step_plain(const NtmShape& shape, const torch::Tensor& input, const NtmWeights& weights,
                         const NtmState& state, NtmAddressing* addressing = nullptr,
                         const Intervention* intervention = nullptr);

/// The fused kernels for float32 on the CPU in the order ReadWrite, else the plain twin. Gradients reach the inputs,
/// all weights, the state and the initial state of the resets; there is no gradient of the gradient, and the way back
/// can be gone once (it overwrites its tape). Where the controller's sums are not finite the outputs are NaN. What is
/// needed for the way back is taken from `pool`, where there is one.
NtmResult ntm_sequence(const NtmShape& shape, const torch::Tensor& inputs, const NtmWeights& weights,
                       const NtmState& state, const NtmResets* resets = nullptr, ScratchPool* pool = nullptr);

/// One step; input [B, I]. The same kernels, made for acting: small batches, no gradient wanted.
NtmResult ntm_step(const NtmShape& shape, const torch::Tensor& input, const NtmWeights& weights, const NtmState& state,
                   ScratchPool* pool = nullptr);

}  // namespace qarium::nn
