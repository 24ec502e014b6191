#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// What memories that are addressed by content share, in Torch operations.

/// Cosine of every key with every slot: keys [B, H, W], matrix [B, S, W] -> [B, H, S]. |x| = sqrt(x.x + 1e-16), so that
/// a zero slot gives 0 with a finite gradient.
torch::Tensor similarities(const torch::Tensor& keys, const torch::Tensor& matrix);

/// log(1 + e^x), to a double's last digits: Torch's own is linear from 20 on.
torch::Tensor exact_softplus(const torch::Tensor& x);

}  // namespace qarium::nn
