#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// Attention of T steps over themselves and the K - 1 before the first: N = K - 1 + T places, of which step t sees K
/// from place t on, the last of them its own. What belongs to an age is told oldest first, age K - 1 to 0.

/// Which places each step sees: bool [T, N].
torch::Tensor in_reach(std::int64_t steps, std::int64_t length, const torch::Device& device);
/// By age [..., T, K] to the place of each [..., T, N], zero where a step does not see.
torch::Tensor by_place(const torch::Tensor& by_age);
/// The other way; what lies beyond a step's reach is left out.
torch::Tensor by_age(const torch::Tensor& by_place, std::int64_t length);

}  // namespace qarium::nn
