#pragma once
#include <torch/torch.h>

#include "engine/nn/ops/ntm_op.hpp"

namespace qarium::nn {

/// What an NTM begins with, learned (names as in NtmShape).
struct NtmBeginning {
  torch::Tensor weights;  ///< [H, S], read heads first: the first weights are its softmax
  torch::Tensor reads;    ///< [R, W]
  torch::Tensor cell;     ///< [2, C]: h and c; undefined for a feedforward controller, whose h and c are zero
};

/// The state before the first step of `batch` sequences; every number of the memory is `memory`. On any device, in any
/// floating type. One node of the graph, where Torch's operations would make a dozen, and each costs microseconds on
/// the way back.
NtmState ntm_first_state(const NtmShape& shape, const NtmBeginning& beginning, double memory, std::int64_t batch);

}  // namespace qarium::nn
