#pragma once
#include "engine/protocol/snapshot.hpp"

/// Invented attention over the stage of fakes.hpp, and what is measured of it.
namespace qarium::fakes {

/// Attention over the stage's 10 x 10 cells, or as many tokens as asked: each head looks at a place of its own.
protocol::AttentionView attention(int heads, int queries = 1, int side = 10, bool matrix = false);
/// The stage with such attention and a network that has it.
protocol::StageSnapshot attentive_stage(const protocol::AttentionView& view);
protocol::Counterfactual counterfactual(const protocol::AttentionView& view, protocol::AttentionChange change);
protocol::Faithfulness faithfulness();

}  // namespace qarium::fakes
