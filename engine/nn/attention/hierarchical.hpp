#pragma once
#include <memory>

#include "engine/nn/attention/attention_pooling.hpp"
#include "engine/nn/encoder/token_grid.hpp"

namespace qarium::nn {

/// Two levels of scaled-dot attention (after Yang 2016): level 1 weighs the tokens inside each region of `side` x
/// `side` and sums them up, level 2 weighs the summaries. The weight of a token is level 1 x level 2.
std::shared_ptr<AttentionPooling> make_hierarchical(std::int64_t query_width, std::int64_t width, const TokenGrid& grid,
                                                    std::int64_t side);

}  // namespace qarium::nn
