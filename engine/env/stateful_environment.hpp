#pragma once
#include <cassert>
#include <cstring>
#include <type_traits>
#include <utility>

#include "engine/env/plain_state_environment.hpp"

namespace qarium::env {

/// A plain-state environment that observes a fixed array, and whose picture is what the observation tells. A subclass
/// says how an episode begins, what an action does, what is observed and how that looks; all four are functions of
/// their arguments alone. One whose agent sees less than a person should overrides `draw_state` as well.
///
/// `State` is the physical or game state, `Observation` an array whose bytes are the observation space's.
template <class State, class Observation>
class StatefulEnvironment : public PlainStateEnvironment<State> {
  static_assert(std::is_trivially_copyable_v<Observation>);

 public:
  void render_observation(std::span<const std::byte> bytes, protocol::Scene& scene) const override {
    assert(bytes.size() == sizeof(Observation));
    Observation observation;
    std::memcpy(&observation, bytes.data(), sizeof observation);
    draw(observation, scene);
  }

 protected:
  explicit StatefulEnvironment(EnvironmentSpec spec) : PlainStateEnvironment<State>(std::move(spec)) {
    assert(this->spec().observation_space.bytes() == sizeof(Observation));
  }

 private:
  virtual Observation observation_of(const State& state) const = 0;
  /// Clears and fills `scene`.
  virtual void draw(const Observation& observation, protocol::Scene& scene) const = 0;

  void observe_state(const State& state, std::span<std::byte> out) const override {
    const Observation observation = observation_of(state);
    std::memcpy(out.data(), &observation, sizeof observation);
  }

  void draw_state(const State& state, protocol::Scene& scene) const override { draw(observation_of(state), scene); }
};

}  // namespace qarium::env
