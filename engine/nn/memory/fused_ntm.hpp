#pragma once
#include <torch/torch.h>

#include <memory>

#include "engine/nn/fused/fused_memory.hpp"
#include "engine/nn/ops/ntm_shape.hpp"

namespace qarium::nn {

/// A Neural Turing Machine (state as nn::Ntm lists it) whose weights lie flat: ops/ntm_sequence.
std::unique_ptr<FusedMemory> fused_ntm(const NtmShape& shape, const torch::nn::Linear& controller,
                                       const torch::nn::Linear& heads);

}  // namespace qarium::nn
