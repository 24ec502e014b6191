#pragma once
/// A family of learners without Torch, as small as one can be: it acts at random and counts how often it did what. What
/// drives the threads in tests, and the measure of how much a family has to say.

#include "engine/agent/family.hpp"

namespace qarium::tests {

/// One number an action, which are its preferences everywhere.
class VisitPolicy final : public agent::Policy {
 public:
  explicit VisitPolicy(int actions) : visits_(static_cast<std::size_t>(actions), 0) {}

  int actions() const override { return static_cast<int>(visits_.size()); }
  bool recurrent() const override { return false; }
  agent::RecurrentState begin(std::size_t n) override { return agent::RecurrentState::make(nullptr, n); }
  agent::PolicyOutput evaluate(agent::Observations observations) override;
  agent::PolicyOutput evaluate(agent::Observations observations, agent::RecurrentState& /*state*/) override {
    return evaluate(observations);
  }
  agent::PolicyOutput evaluate(agent::Observations observations, agent::RecurrentState& /*state*/,
                               const nn::Intervention& /*intervention*/) override {
    return evaluate(observations);
  }
  std::vector<agent::Inspection> inspect(agent::Observations observations, const agent::RecurrentState* state,
                                         const nn::Intervention& intervention, bool with_matrix) override;
  nn::TokenGrid token_grid() const override { return {}; }
  protocol::NetworkView describe() override;
  std::size_t parameter_count() const override { return visits_.size(); }
  void copy_parameters(std::span<float> out) override { std::ranges::copy(visits_, out.begin()); }
  void set_parameters(std::span<const float> values) override { std::ranges::copy(values, visits_.begin()); }
  void restore(const core::Archive& archive) override { visits_ = archive.need("visits").values; }
  void redraw(core::Stage /*stage*/, core::RandomStream /*stream*/) override {}
  std::unique_ptr<agent::Policy> clone() override { return std::make_unique<VisitPolicy>(*this); }

  std::vector<float>& visits() { return visits_; }

 private:
  std::vector<float> visits_;
  std::vector<float> preferences_;
};

class VisitCounter final : public agent::Learner {
 public:
  VisitCounter(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec);

  agent::Policy& policy() override { return policy_; }
  core::Circumstances circumstances() const override { return {"test", "none", "none", "", "CPU, 1 thread", 1}; }
  std::vector<protocol::Metric> update_metrics() const override;
  std::vector<protocol::Metric> gauge_metrics() const override { return {}; }
  std::vector<float> gauges(const protocol::Position& /*position*/) const override { return {}; }
  protocol::LearnerStatus status(const protocol::Position& /*position*/) const override { return {.epsilon = 1}; }

  std::span<std::byte> observation(std::size_t i) override { return observations_[i]; }
  void act(const protocol::Position& position, std::span<int> actions) override;
  void observe(std::size_t i, int action, const env::StepResult& result) override;
  void begin_episode(std::size_t /*i*/) override {}
  void abandon_episode(std::size_t /*i*/) override {}
  void resume_episode(std::size_t /*i*/, int /*last_action*/, float /*last_reward*/) override {}
  void end_step(const protocol::Position& position) override;
  bool update_due() const override { return update_due_; }
  std::span<const float> update(const protocol::Position& position) override;
  bool rebuild(const config::Hyperparameters& hyperparameters, const env::EnvironmentSpec& spec,
               bool new_episodes) override;
  void save(core::Archive& archive) override;
  void restore(const core::Archive& archive) override { policy_.restore(archive); }

 private:
  config::Hyperparameters hyperparameters_;
  VisitPolicy policy_;
  std::vector<std::vector<std::byte>> observations_;
  core::RandomStream random_;
  std::vector<float> taken_;  ///< since the last update, by action
  bool update_due_ = false;
  float measured_ = 0;
};

}  // namespace qarium::tests
