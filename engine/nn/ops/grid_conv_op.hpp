#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// relu of a 3x3 convolution with stride 1: input [B, P, R, C], weight [O, P, 3, 3], bias [O] -> tokens [B, N, O], row
/// by row. `padding` is 0 or 1.

/// In Torch operations: any device and type, and a gradient for the input too.
torch::Tensor grid_conv_plain(const torch::Tensor& input, const torch::Tensor& weight, const torch::Tensor& bias,
                              std::int64_t padding);

/// The fused kernel for float32 on the CPU where the input needs no gradient, else the plain twin.
torch::Tensor grid_conv(const torch::Tensor& input, const torch::Tensor& weight, const torch::Tensor& bias,
                        std::int64_t padding);

}  // namespace qarium::nn
