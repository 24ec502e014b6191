#pragma once
#include <memory>
#include <vector>

#include "engine/agent/learner.hpp"
#include "engine/agent/network/network_policy.hpp"
#include "engine/agent/stream_q/running_statistics.hpp"

namespace qarium::agent {

/// The family `stream_q` (Elsayed 2024, arXiv 2410.14606): Q(lambda) from the stream of experience. One environment,
/// one update a step, nothing stored but an eligibility trace of every weight:
///     z = gamma lambda z + grad Q(s, a),   delta = r + gamma (1 - terminal) max_a Q(s', a) - Q(s, a)
/// and a step of ObGD along delta z. The trace is set to 0 after an episode's end and after an action that was not
/// greedy (Watkins' cut). Observations are normalised and rewards scaled by running statistics. The published code
/// takes truncation as termination; here it bootstraps from the final observation.
class StreamQLearner final : public Learner {
 public:
  StreamQLearner(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
                 torch::Device device);

  Policy& policy() override { return *policy_; }
  core::Circumstances circumstances() const override;
  std::vector<protocol::Metric> update_metrics() const override;
  std::vector<protocol::Metric> gauge_metrics() const override;
  std::vector<float> gauges(const protocol::Position& position) const override;
  protocol::LearnerStatus status(const protocol::Position& position) const override;

  std::span<std::byte> observation(std::size_t i) override;
  void act(const protocol::Position& position, std::span<int> actions) override;
  void observe(std::size_t i, int action, const env::StepResult& result) override;
  void begin_episode(std::size_t i) override;
  void abandon_episode(std::size_t i) override;
  void resume_episode(std::size_t i, int last_action, float last_reward) override;
  void end_step(const protocol::Position& position) override;

  bool update_due() const override { return due_; }
  std::span<const float> update(const protocol::Position& position) override;
  bool rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
               bool new_episodes) override;
  void save(core::Archive& archive) override;
  void restore(const core::Archive& archive) override;

  std::vector<std::vector<std::byte>> some_observations(std::size_t most) const override;
  std::vector<protocol::LayerActivity> layer_activity() override;
  std::vector<protocol::BlockNorms> block_norms() override { return policy_->block_norms(); }
  protocol::LearnerHealth health() const override;
  void prepare_thread() const override;

  NetworkPolicy& network() { return *policy_; }
  /// Of every weight, as the parameters lie.
  std::span<const float> trace() const { return trace_; }

 private:
  void begin_stream();
  /// Counts an observation among those that are normalised by, and tells the network.
  void take_in(std::span<const std::byte> observation);
  float scaled(float reward, bool over);

  config::Hyperparameters hyperparameters_;
  env::EnvironmentSpec spec_;
  std::unique_ptr<NetworkPolicy> policy_;
  std::vector<float> trace_;
  RunningStatistics observations_;
  RunningStatistics rewards_;  ///< of the discounted sum of rewards
  double discounted_reward_ = 0;
  core::RandomStream exploration_stream_;
  std::uint32_t rebuilds_ = 0;

  std::vector<std::byte> current_;  ///< the environment's present observation
  std::vector<std::byte> before_;   ///< s of the transition that is learned from
  std::vector<std::byte> after_;    ///< s'
  bool begins_ = true;              ///< `current_` is an episode's first and was not taken in yet
  int action_ = 0;
  float reward_ = 0;
  bool greedy_ = true;
  bool terminal_ = false;
  bool over_ = false;
  bool due_ = false;
  bool moved_ = false;  ///< the step in progress has ended its episode: `after_` is there already

  std::vector<float> seen_;
  std::vector<float> slope_;
  std::vector<float> measured_;
};

}  // namespace qarium::agent
