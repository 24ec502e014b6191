#pragma once
#include "engine/env/observation_wrapper.hpp"

namespace qarium::env {

/// With a fixed probability an observation, an episode's first and last included, is blank: every number in it is 0.
/// Drawn anew at each reset and each step, and the same however often one observes in between. Hausknecht and Stone
/// 2015, "Deep Recurrent Q-Learning for Partially Observable MDPs", section 5 (Flickering Atari).
///
/// The draws come from the far half, 2^63 draws on, of the stream that the inner environment gets, so its episodes are
/// the same with and without flicker. The picture shows the true state, dimmed while the agent sees a blank.
class Flicker final : public ObservationWrapper {
 public:
  /// Requires 0 <= probability <= 1.
  Flicker(std::unique_ptr<Environment> inner, double probability);

  void reset(core::RandomStream stream) override;
  StepResult step(int action) override;
  void observe(std::span<std::byte> out) const override;
  void render(protocol::Scene& scene) const override;
  /// A blank observation shows an empty scene.
  void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const override;
  std::vector<std::byte> save_state() const override;
  /// Throws std::invalid_argument for bytes that this environment cannot have saved.
  void restore_state(std::span<const std::byte> state) override;
  void reseed(core::RandomStream stream) override;

  /// Whether the agent sees nothing now.
  bool blank() const { return now_.blank; }

 private:
  void draw();

  struct Now {
    core::RandomStream random;
    bool blank = false;
  };

  double probability_;
  Now now_;
};

}  // namespace qarium::env
