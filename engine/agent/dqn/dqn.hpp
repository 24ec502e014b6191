#pragma once
#include <cstdint>
#include <vector>

#include "engine/agent/dqn/last_batch.hpp"
#include "engine/agent/dqn/value_loss.hpp"
#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/network/optimizer.hpp"
#include "engine/agent/replay/replay_buffer.hpp"
#include "engine/agent/replay/sequence_replay.hpp"

namespace qarium::agent {

/// What one gradient update found.
struct UpdateReport {
  float loss = 0;
  float mean_q = 0;  ///< mean over the batch of max_a Q(s, a)
  float td_error_p50 = 0;
  float td_error_p95 = 0;
  float gradient_norm = 0;  ///< before clipping
  float q_spread = 0;       ///< standard deviation over the batch of max_a Q(s, a)
};

/// What the steps of a batch add up to.
struct BatchSums {
  double loss = 0;  ///< with importance weights
  double best_q = 0;
  double best_q_squares = 0;
  std::vector<float> errors;  ///< |Q - y|
  void clear() {
    loss = best_q = best_q_squares = 0;
    errors.clear();
  }
};

/// Deep Q-learning (Mnih 2015) with double, dueling, n-step and prioritized as switches that combine, and what a Head
/// gives of distributions: METHODS sections 4 and 6.
class Dqn {
 public:
  /// `rebuild` counts the networks that this learner had before.
  Dqn(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec, torch::Device device,
      std::uint32_t rebuild = 0);

  /// A new network for new hyperparameters. Blocks whose parameters keep name and shape keep weights and optimizer
  /// moments, the others are drawn anew (stream: seed, block, rebuild); the target becomes the online network.
  void rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec) {
    *this = rebuilt(hyperparameters, spec);
  }
  /// The same as another object: this one stays as it is.
  Dqn rebuilt(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec);

  /// One gradient update from replay. Sets the priorities of what it sampled. What is random in the networks is drawn
  /// for it; afterwards they are settled.
  /// Throws std::runtime_error where the loss or gradient is not finite; the parameters are unchanged then.
  UpdateReport update(ReplayBuffer& replay, const config::Hyperparameters& hyperparameters, double beta,
                      core::RandomStream& stream);
  /// The same from sequences, for an agent with a memory (R2D2, Kapturowski 2019): batch_size of them, a loss on every
  /// step after burn-in, n-step returns that end with the sequence, optionally rescaled values.
  UpdateReport update(const ReplayBuffer& replay, SequenceReplay& sequences,
                      const config::Hyperparameters& hyperparameters, double beta, core::RandomStream& stream);
  /// 2-norm of the target's difference from the online network, over that of the latter.
  double target_distance() const {
    const torch::NoGradGuard no_grad;
    const auto& its = online_.parameters().values();
    return ((target_.parameters().values() - its).norm() / its.norm()).item<double>();
  }
  void update_target(double tau) { agent::update_target(target_.parameters(), online_.parameters(), tau); }

  void use_fused(bool fused) {
    online_.use_fused(fused);
    target_.use_fused(fused);
  }

  NetworkPolicy& online() { return online_; }
  NetworkPolicy& target() { return target_; }
  Optimizer& optimizer() { return optimizer_; }
  /// That the networks' noise at updates is drawn from.
  core::RandomStream& noise() { return noise_; }
  const core::RandomStream& noise() const { return noise_; }
  const NetworkPolicy& online() const { return online_; }
  const LastBatch& last_batch() const { return last_; }
  void set_last_batch(LastBatch batch) { last_ = std::move(batch); }
  /// Whether the online network shall be asked in s' even where learning has no need of it (without double_q).
  void watch(bool watched) { watched_ = watched; }
  /// Q(s, .) [n, A] of the last batch by the parameters as they are now; that batch must still be in replay.
  /// `sequences` is null where the agent has no memory.
  void values_now(const ReplayBuffer& replay, const SequenceReplay* sequences, std::vector<float>& out);
  /// Networks that this learner had before; setting it is for whoever goes on with what was saved.
  std::uint32_t rebuilds() const { return rebuilds_; }
  void count_rebuilds(std::uint32_t rebuilds) { rebuilds_ = rebuilds; }

 private:
  /// Settles both networks where it goes out of scope.
  using Settled = std::unique_ptr<Dqn, void (*)(Dqn*)>;
  Settled draw_noise();
  const nn::Returns& returns() { return online_.network().head().returns(); }
  /// Before the online network's pass over so many rows that is learned from: dropout, and the fractions that an
  /// implicit distribution is asked for.
  void prepare_to_learn(std::size_t rows, const config::Hyperparameters& hyperparameters);
  std::vector<float> draw_fractions(std::size_t rows, const config::Hyperparameters& hyperparameters);
  std::span<const float> fractions_of(std::size_t row);
  /// What the target network gives for s' of every step of last_.steps, and who chooses there.
  void look_ahead(const ReplayBuffer& replay, const config::Hyperparameters& hyperparameters);
  void sequence_values_now(const ReplayBuffer& replay, const SequenceReplay& sequences, std::vector<float>& out);
  /// Notes what a step of the batch brought to the loss; `best` is max_a Q(s, a).
  void note(const Transition& step, const StepLoss& loss, float best);
  /// Steps along slope_, the gradient of the sum of losses of so many steps that were noted, and tells of it.
  UpdateReport learn(const config::Hyperparameters& hyperparameters, std::size_t steps);
  /// The observations in these slots of last_.steps, into seen_.
  void gather(const ReplayBuffer& replay, std::size_t Transition::* slot);

  NetworkPolicy online_;
  NetworkPolicy target_;
  Optimizer optimizer_;
  std::uint32_t rebuilds_ = 0;
  core::RandomStream noise_;
  LastBatch last_;
  bool watched_ = false;
  std::vector<std::size_t> slots_;
  ObservationBatch observations_;
  std::vector<float> seen_;       ///< what the networks are given, as numbers
  std::vector<float> next_;       ///< [n, A N'] in s', by the target network
  std::vector<float> fractions_;  ///< of an implicit distribution: [n, N] that an update asks for
  std::vector<float> slope_;
  BatchSums sums_;
  std::vector<SampledSequence> sequences_;
};

}  // namespace qarium::agent
