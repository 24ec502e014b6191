#pragma once
#include <torch/torch.h>

#include "engine/nn/ops/dnc_kernels.hpp"

namespace qarium::nn {

/// What a DNC's memory carries from step to step, in the order of `dnc::State`.
struct DncState {
  torch::Tensor memory;      ///< [B, S, W]
  torch::Tensor usage;       ///< [B, S]
  torch::Tensor link;        ///< [B, S, S]
  torch::Tensor precedence;  ///< [B, S]
  torch::Tensor write;       ///< [B, S]
  torch::Tensor read;        ///< [B, R, S]
  torch::Tensor reads;       ///< [B, R, W]
};

/// Whether `dnc_step` serves these: float32 or float64 on the CPU.
bool dnc_step_is_fused(const torch::Tensor& interface);

/// A step of the memory, given the interface [B, dnc::Shape::interface()], as one node with its way back: the order of
/// the slots by usage is taken as given, and there is no gradient of the gradient. `before.reads` is not looked at.
DncState dnc_step(const dnc::Shape& shape, const torch::Tensor& interface, const DncState& before);

}  // namespace qarium::nn
