#pragma once
#include <cassert>
#include <cstring>
#include <stdexcept>
#include <type_traits>
#include <utility>

#include "engine/env/environment.hpp"

namespace qarium::env {

/// What environments whose whole state is one plain struct have in common: the time limit, the random stream, saving
/// and restoring. A subclass says how an episode begins, what an action does, what is observed and how that looks, as
/// functions of their arguments and the options alone. The observation may have any size, one that options decide too;
/// where it is a fixed array, `StatefulEnvironment` is shorter.
template <class State>
class PlainStateEnvironment : public Environment {
  static_assert(std::is_trivially_copyable_v<State>);

 public:
  const EnvironmentSpec& spec() const override { return spec_; }

  void reset(core::RandomStream stream) override {
    now_.random = stream;
    now_.steps = 0;
    now_.state = begin(now_.random);
  }

  StepResult step(int action) override {
    assert(0 <= action && action < spec_.action_space.n());
    StepResult result = advance(now_.state, action, now_.random);
    ++now_.steps;
    result.truncated = spec_.max_episode_steps > 0 && now_.steps >= spec_.max_episode_steps;
    return result;
  }

  void observe(std::span<std::byte> out) const override {
    assert(out.size() == spec_.observation_space.bytes());
    observe_state(now_.state, out);
  }

  void render(protocol::Scene& scene) const override { draw_state(now_.state, scene); }

  std::vector<std::byte> save_state() const override {
    std::vector<std::byte> bytes(sizeof now_);
    std::memcpy(bytes.data(), &now_, sizeof now_);
    return bytes;
  }

  /// Throws std::invalid_argument for bytes of another size, which no environment of this kind has saved.
  void restore_state(std::span<const std::byte> bytes) override {
    if (bytes.size() != sizeof now_) throw std::invalid_argument(spec_.id + ": not a state of this environment");
    std::memcpy(&now_, bytes.data(), sizeof now_);
  }

  void reseed(core::RandomStream stream) override { now_.random = stream; }

  const State& state() const { return now_.state; }
  /// Puts the environment into any state; the time limit's clock and the random stream go on as they were.
  void set_state(const State& state) { now_.state = state; }

 protected:
  explicit PlainStateEnvironment(EnvironmentSpec spec) : spec_(std::move(spec)) {}

 private:
  /// The first state of an episode.
  virtual State begin(core::RandomStream& random) const = 0;
  /// Changes `state` by one step and says what came of it; `truncated` is not its business.
  virtual StepResult advance(State& state, int action, core::RandomStream& random) const = 0;
  /// Writes all of `out`, which is as long as the observation space's bytes and need not be aligned.
  virtual void observe_state(const State& state, std::span<std::byte> out) const = 0;
  /// Clears and fills `scene`.
  virtual void draw_state(const State& state, protocol::Scene& scene) const = 0;

  struct Frame {
    State state{};
    core::RandomStream random;
    std::int64_t steps = 0;
  };
  static_assert(std::is_trivially_copyable_v<Frame>);

  EnvironmentSpec spec_;
  Frame now_;
};

}  // namespace qarium::env
