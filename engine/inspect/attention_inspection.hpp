#pragma once
#include <span>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/env/environment.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::inspect {

/// For each token, whether its centre lies within one cell of a landmark, diagonals included (METHODS section 5).
std::vector<bool> tokens_on(const std::vector<protocol::Landmark>& landmarks, const nn::TokenGrid& grid);

/// Row `row` of what a probe reported, as plain numbers. Requires that attention reported; `version` is left alone.
protocol::AttentionView attention_view(const nn::Probe& probe, std::int64_t row, const nn::TokenGrid& grid,
                                       std::vector<protocol::Landmark> landmarks, bool with_matrix);

/// The map that speaks for a row of a probe: mean over heads, of query `query` [N].
std::vector<float> mean_map(const nn::Probe& probe, std::int64_t row, std::int64_t query);

/// The query whose map belongs to this action: the action's own where actions ask, else the only one.
std::int64_t query_of(const nn::Probe& probe, int action);

/// Entropy and mass on landmarks, per head, as means over a batch of states. `environment` names the landmarks.
protocol::AttentionPoint attention_point(agent::Policy& policy, std::span<const std::span<const std::byte>> states,
                                         const env::Environment& environment);

}  // namespace qarium::inspect
