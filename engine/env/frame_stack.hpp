#pragma once
#include "engine/env/observation_wrapper.hpp"

namespace qarium::env {

/// The agent sees the last frames at once, the oldest first: the shape's first extent is multiplied. An episode's first
/// observation stands for those before it. Of several frames the space tells no parts. Mnih 2015, "Human-level control
/// through deep reinforcement learning".
class FrameStack final : public ObservationWrapper {
 public:
  /// Requires frames >= 1.
  FrameStack(std::unique_ptr<Environment> inner, std::int64_t frames);

  void reset(core::RandomStream stream) override;
  StepResult step(int action) override;
  void observe(std::span<std::byte> out) const override;
  /// The newest frame of it.
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;
  std::vector<protocol::Landmark> landmarks(std::span<const std::byte> observation) const override;
  std::vector<std::byte> save_state() const override;
  /// Throws std::invalid_argument for bytes that this environment cannot have saved.
  void restore_state(std::span<const std::byte> state) override;

 private:
  std::span<std::byte> newest() { return std::span(seen_).last(frame_); }

  std::size_t frame_;  ///< bytes of one
  std::vector<std::byte> seen_;
};

}  // namespace qarium::env
