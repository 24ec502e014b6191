#pragma once
#include <memory>
#include <utility>

#include "engine/env/environment.hpp"

namespace qarium::env {

/// An environment around another one, of which it changes what the agent observes and nothing else: rewards, endings
/// and what happens are the inner one's. Everything is passed on; a subclass overrides what it changes.
class ObservationWrapper : public Environment {
 public:
  const EnvironmentSpec& spec() const override { return spec_; }
  void reset(core::RandomStream stream) override { inner_->reset(stream); }
  void anticipate(int action) override { inner_->anticipate(action); }
  StepResult step(int action) override { return inner_->step(action); }
  void observe(std::span<std::byte> out) const override { inner_->observe(out); }
  void render(protocol::Scene& scene) const override { inner_->render(scene); }
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override {
    inner_->render_observation(observation, scene);
  }
  std::vector<protocol::Landmark> landmarks(std::span<const std::byte> observation) const override {
    return inner_->landmarks(observation);
  }
  protocol::Alignment alignment(std::span<const std::byte> observation) const override {
    return inner_->alignment(observation);
  }
  std::vector<std::byte> save_state() const override { return inner_->save_state(); }
  void restore_state(std::span<const std::byte> state) override { inner_->restore_state(state); }
  void reseed(core::RandomStream stream) override { inner_->reseed(stream); }

 protected:
  explicit ObservationWrapper(std::unique_ptr<Environment> inner) : spec_(inner->spec()), inner_(std::move(inner)) {}

  /// The inner environment's to begin with; a subclass's constructor may change it.
  EnvironmentSpec spec_;

 private:
  std::unique_ptr<Environment> inner_;
};

}  // namespace qarium::env
