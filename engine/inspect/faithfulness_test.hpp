#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/core/random.hpp"
#include "engine/env/environment.hpp"
#include "engine/inspect/removal.hpp"
#include "engine/protocol/attention_view.hpp"

namespace qarium::inspect {

/// What is to be examined.
struct FaithfulnessRequest {
  std::int64_t episodes = 0;     ///< greedy episodes; 0: `state` alone
  std::int64_t orders = 128;     ///< random orders a state
  std::vector<std::byte> state;  ///< an observation
  protocol::Basis basis;         ///< of the result
  std::uint64_t seed = 1;        ///< of the episodes and orders
};

/// Measures whether the attention map holds: METHODS section 5. Deletion and insertion (RISE, Petsiuk 2018),
/// perturbation saliency (Greydanus 2018), the randomisation check (Adebayo 2018) and the mass on landmarks, of one
/// state or of greedy episodes. It works on its own copy of the network in small pieces, so that whoever runs it can do
/// other things between them. No thread in it; the same arguments give the same result.
class FaithfulnessTest {
 public:
  static constexpr int kIntervals = 20;                 ///< of the curves; fewer where there are fewer tokens
  static constexpr std::size_t kStatesPerEpisode = 32;  ///< evenly spaced over a longer episode
  static constexpr std::uint32_t kRedraws = 4;          ///< networks with other weights, for the randomisation check
  static constexpr float kSmallestGap = 0.01F;          ///< states below are skipped and counted
  static constexpr std::int64_t kOrdersPerTick = 8;

  /// Copies the weights of `policy`. Throws core::UserError where its network has no attention.
  FaithfulnessTest(const config::Hyperparameters& hyperparameters, agent::Policy& policy, FaithfulnessRequest request);

  /// A few milliseconds of work. Returns whether there is more.
  bool tick();
  /// What is known so far.
  protocol::Faithfulness result() const;

 private:
  /// The state in work.
  struct Work {
    std::vector<std::byte> observation;
    int action = 0;
    float gap = 0;
    std::vector<float> map;
    StateCurves deletion;
    StateCurves insertion;
  };

  void play_episode();
  void begin_state();
  void measure_orders();
  void measure_saliency(const Work& work);
  void check_randomisation(const Work& work);
  void measure_mass(const Work& work);

  config::Hyperparameters hyperparameters_;
  FaithfulnessRequest request_;
  std::unique_ptr<env::Environment> environment_;
  std::unique_ptr<agent::Policy> policy_;
  std::vector<std::unique_ptr<agent::Policy>> other_attention_;
  std::vector<std::unique_ptr<agent::Policy>> other_encoder_;  ///< and attention
  std::vector<std::vector<int>> cells_;                        ///< of each token
  core::RandomStream stream_;

  std::int64_t episodes_done_ = 0;
  std::vector<std::vector<std::byte>> waiting_;  ///< states of the episode still to be measured, last first
  std::size_t episode_states_ = 1;
  std::unique_ptr<Work> work_;
  RemovalSummary deletion_;
  RemovalSummary insertion_;
  std::int64_t states_ = 0;
  std::int64_t skipped_ = 0;
  std::int64_t marked_ = 0;  ///< states with landmarks
  double saliency_correlation_ = 0;
  double other_attention_correlation_ = 0;
  double other_encoder_correlation_ = 0;
  double mass_ = 0;
  double area_ = 0;
  std::vector<float> saliency_;
  std::vector<float> attention_;
  bool finished_ = false;
};

}  // namespace qarium::inspect
