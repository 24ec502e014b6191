#pragma once
#include <torch/torch.h>

#include <cstdint>
#include <vector>

namespace qarium::lab {

struct BitLoss {
  double value = 0;                 ///< binary cross entropy, mean over all bits, nats
  torch::Tensor gradient;           ///< of it with respect to the logits [T, B, O]
  std::vector<std::int64_t> wrong;  ///< bits of each sequence [B] whose logit has the wrong sign
};

/// In one pass, where Torch's operations would cost more than a small network's step. Both float32 on the CPU; logits
/// [T, B, O], target [T, B, O] of zeros and ones.
BitLoss bit_loss(const torch::Tensor& logits, const torch::Tensor& target);

}  // namespace qarium::lab
