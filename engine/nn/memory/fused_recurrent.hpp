#pragma once
#include <torch/torch.h>

#include <memory>

#include "engine/nn/fused/fused_memory.hpp"

namespace qarium::nn {

/// An LSTM (state h, c) and a GRU (state h) [B, H], whose weights lie flat: ops/recurrent_kernels.
std::unique_ptr<FusedMemory> fused_lstm(const torch::nn::Linear& input, const torch::nn::Linear& recurrent);
std::unique_ptr<FusedMemory> fused_gru(const torch::nn::Linear& input, const torch::nn::Linear& recurrent);

}  // namespace qarium::nn
