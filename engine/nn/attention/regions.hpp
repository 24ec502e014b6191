#pragma once
#include <torch/torch.h>

#include "engine/nn/encoder/token_grid.hpp"

namespace qarium::nn {

/// The tokens' grid cut into squares of `side` x `side` tokens, each frame, or each part, by itself; those at the
/// border may be smaller.
struct Regions {
  torch::Tensor tokens;  ///< [R, S] int64: which tokens lie in each region; filled up with 0
  torch::Tensor mask;    ///< [R, S] bool: true where there is one
  torch::Tensor place;   ///< [N] int64: where token j stands in the flattened [R, S]

  Regions to(torch::Device device) const { return {tokens.to(device), mask.to(device), place.to(device)}; }
};
Regions cut_into_regions(const TokenGrid& grid, std::int64_t side);

/// [1, N, N]: true where both tokens lie in one region.
torch::Tensor same_region(const Regions& regions);

}  // namespace qarium::nn
