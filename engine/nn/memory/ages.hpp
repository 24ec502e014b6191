#pragma once
#include <torch/torch.h>

namespace qarium::nn {

/// The ages of K places in which the newest stands last and has age `newest`; -1 where nothing is known. known [B, K]
/// bool -> [B, K] float.
torch::Tensor ages_of(const torch::Tensor& known, std::int64_t newest);

}  // namespace qarium::nn
