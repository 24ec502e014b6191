#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// Cosine of every key with every slot: keys [B, H, W], matrix [B, S, W] -> [B, H, S]. |x| = sqrt(x.x + 1e-16), so that
/// a zero slot gives 0 with a finite gradient.
torch::Tensor similarities(const torch::Tensor& keys, const torch::Tensor& matrix);

}  // namespace qarium::nn
