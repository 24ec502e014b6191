#pragma once
#include "engine/nn/encoder/token_grid.hpp"
#include "engine/nn/probe.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::nn {

/// Row `row` of what attention reported, as plain numbers. Requires that it did; `version` and what belongs to
/// landmarks are left alone.
protocol::AttentionView attention_view(const Probe& probe, std::int64_t row, const TokenGrid& grid, bool with_matrix);

}  // namespace qarium::nn
