#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// softmax of `scores` [..., N] over the last dimension among what `mask` (bool, broadcast; true = may be seen) allows.
/// An undefined mask allows everything. A row that is masked whole gives zeros, with zero gradient, never NaN.
torch::Tensor masked_softmax(const torch::Tensor& scores, const torch::Tensor& mask);

}  // namespace qarium::nn
