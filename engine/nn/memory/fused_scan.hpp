#pragma once
#include <torch/torch.h>

#include <memory>

#include "engine/nn/fused/fused_memory.hpp"

namespace qarium::nn {

/// A min_gru (state h [B, H]) whose weights lie flat: ops/scan_kernels.
std::unique_ptr<FusedMemory> fused_min_gru(const torch::nn::Linear& input);

/// The parameters of an lru (lru.cpp), which lie flat.
struct LruParameters {
  torch::nn::Linear input, output, direct, gate;
  torch::Tensor nu_log, theta_log, gamma_log;  ///< [H]
};
/// An lru (state h [B, 2 H]).
std::unique_ptr<FusedMemory> fused_lru(const LruParameters& parameters);

}  // namespace qarium::nn
