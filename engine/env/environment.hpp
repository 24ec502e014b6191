#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "engine/core/random.hpp"
#include "engine/env/spaces.hpp"
#include "engine/protocol/alignment.hpp"
#include "engine/protocol/scene.hpp"

namespace qarium::env {

/// What an environment can do beside what every one must.
struct Capabilities {
  bool save_state = true;          ///< a saved state brings the same future back; without it the past is look-only
  bool render_observation = true;  ///< an observation alone can be drawn as the environment looks
  bool deterministic = true;       ///< the same stream and actions give the same episode
};

/// What is true of an environment at any time.
struct EnvironmentSpec {
  std::string id;           ///< the name it has where it comes from: "CartPole-v1", "MinAtar/Breakout-v0", "memory_len"
  std::string description;  ///< one line of help
  Box observation_space;
  Discrete action_space;
  std::int64_t max_episode_steps = 0;   ///< after which an episode is truncated; 0 = never
  double render_fps = 30;               ///< steps a second at which it looks natural
  std::vector<std::size_t> velocities;  ///< components of a float observation that are velocities
  Capabilities capabilities = {};
  std::int64_t frames = 1;    ///< equal parts that an observation has: the last frames, the oldest first (FrameStack)
  bool clips_reward = false;  ///< only the sign of a reward is learned from
  /// Greatest reward of a step, and of an episode's rewards together; infinite where not known.
  double most_reward = std::numeric_limits<double>::infinity();
  double most_return = std::numeric_limits<double>::infinity();
  /// The least of them; minus infinity where not known.
  double least_reward = -std::numeric_limits<double>::infinity();
  double least_return = -std::numeric_limits<double>::infinity();

  /// What is learned from of a reward that the environment gave.
  float learned_reward(float reward) const {
    if (!clips_reward) return reward;
    return reward > 0 ? 1.0F : reward < 0 ? -1.0F : 0.0F;
  }

  /// What no discounted return can pass: r_max / (1 - gamma), or less where an episode's rewards are bounded. Infinite
  /// where nothing is known.
  double value_bound(double gamma) const {
    const double most = clips_reward ? std::min(most_reward, 1.0) : most_reward;
    const double forever = most > 0 ? most / (1 - gamma) : most;
    return std::min(most_return, forever);
  }
  /// What no discounted return can fall below; minus infinity where nothing is known.
  double value_floor(double gamma) const {
    const double least = clips_reward ? std::max(least_reward, -1.0) : least_reward;
    const double forever = least < 0 ? least / (1 - gamma) : std::min(least, 0.0);
    return std::max(least_return, forever);
  }
};

/// What one action led to. An episode is over when either flag is set; only `terminated` ends the task itself.
struct StepResult {
  float reward = 0;
  bool terminated = false;
  bool truncated = false;
  bool life_lost = false;  ///< what is learned ends here, as if terminated; the episode goes on
  bool over() const { return terminated || truncated; }
};

/// One Markov decision process. It draws all its randomness from the stream given to `reset`, so that an episode is a
/// function of that stream and the actions. Not thread-safe; make one per thread.
class Environment {
 public:
  virtual ~Environment() = default;
  virtual const EnvironmentSpec& spec() const = 0;

  /// Begins an episode. The stream is kept (by value) for the whole episode.
  virtual void reset(core::RandomStream stream) = 0;

  /// Says which action the next `step` will have, so that what runs elsewhere begins with it and several go on at once.
  /// Changes nothing for who asks.
  virtual void anticipate(int /*action*/) {}

  /// Requires 0 <= action < spec().action_space.n() and an episode that is not over. Counts the time limit itself.
  virtual StepResult step(int action) = 0;

  /// Writes the current observation, spec().observation_space.bytes() bytes, to its final place.
  virtual void observe(std::span<std::byte> out) const = 0;

  /// The current state as a person would want to see it. Clears and fills `scene`, reusing its memory.
  virtual void render(protocol::Scene& scene) const = 0;

  /// The same from an observation alone (for replayed transitions), as far as the observation tells. Where
  /// capabilities.render_observation is not set, the numbers themselves as cells.
  virtual void render_observation(std::span<const std::byte> observation, protocol::Scene& scene) const = 0;

  /// What stands where in the cells of a grid observation, for measuring whether attention lies on it. Empty where the
  /// environment has no such things.
  virtual std::vector<protocol::Landmark> landmarks(std::span<const std::byte> /*observation*/) const { return {}; }

  /// Which observed word each word to be written says, where words are written; else empty.
  virtual protocol::Alignment alignment(std::span<const std::byte> /*observation*/) const { return {}; }

  /// Everything that decides the future: state, time and random stream. Plain bytes, valid within one process; none
  /// where capabilities.save_state is not set, and then restore_state is not called.
  virtual std::vector<std::byte> save_state() const = 0;
  virtual void restore_state(std::span<const std::byte> state) = 0;

  /// Replaces the random stream and nothing else: from here on another future unfolds.
  virtual void reseed(core::RandomStream stream) = 0;
};

}  // namespace qarium::env
