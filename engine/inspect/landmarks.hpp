#pragma once
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/env/environment.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::inspect {

/// For each token, whether its centre lies within one cell of a landmark, diagonals included (METHODS section 5).
std::vector<bool> tokens_on(const std::vector<protocol::Landmark>& landmarks, const nn::TokenGrid& grid);

/// Adds the landmarks to the view, and the mass of its weights on them beside their share of the area.
void add_landmarks(protocol::AttentionView& view, std::vector<protocol::Landmark> landmarks);

/// The map that speaks for a view: mean over heads, of the query that belongs to this action: its own where actions
/// ask, else the only one. [N]
std::vector<float> mean_map(const protocol::AttentionView& view, int action);

/// Entropy and mass on landmarks, per head, as means over a batch of states. `environment` names the landmarks.
protocol::AttentionPoint attention_point(agent::Policy& policy, agent::Observations states,
                                         const env::Environment& environment);

}  // namespace qarium::inspect
