#pragma once
#include <cstdint>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/alignment.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::inspect {

/// What of the map that belongs to `action` (`mean_map`) lies on each of the source's words; empty where tokens are not
/// the observation's cells, `cells` of them.
std::vector<float> source_weights(const protocol::AttentionView& view, int action, const protocol::Alignment& known,
                                  std::int64_t cells);

/// How an agent's alignment stands beside the known one. Counted are the words of right translations; an episode that
/// ends early leaves the rest of its words wrong.
struct AlignmentReport {
  std::int64_t episodes = 0;
  std::int64_t words = 0;
  std::int64_t written = 0;  ///< of these, until the end was written; the counts below are of those
  std::int64_t right = 0;    ///< the word that stands there
  std::int64_t agrees = 0;   ///< of all source words most weight lies on the one that is said
  /// The greedy word becomes another where the source word that has most weight is emptied, or another one by chance.
  std::int64_t changed_by_attended = 0;
  std::int64_t changed_by_other = 0;
};

/// Greedy episodes with evaluation's streams of this seed. Throws core::UserError where the network has no attention
/// over the observation's cells or the environment knows no alignment.
AlignmentReport study_alignment(const config::EnvironmentOptions& options, agent::Policy& policy, std::int64_t episodes,
                                std::uint64_t seed);

}  // namespace qarium::inspect
