#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "engine/core/bytes.hpp"

namespace qarium::agent {

/// One step of one environment in a rollout.
struct RolloutStep {
  std::int32_t action = 0;
  float reward = 0;
  float value = 0;            ///< V(s), when it was acted
  float log_probability = 0;  ///< of the action, when it was taken
  float final_value = 0;      ///< V of the episode's own final observation, where it was truncated
  bool terminal = false;      ///< nothing that is learned follows: the episode terminated, or a life was lost
  bool over = false;          ///< the episode ended with it
};

/// A stretch of one environment within one episode, which a memory goes through at a time.
struct Segment {
  std::size_t environment = 0;
  std::size_t begin = 0;
  std::size_t steps = 0;
  bool begins_episode = false;
};

/// What `steps` steps of `environments` environments were: learned from once, then begun anew. The observation after
/// the last step is kept behind it. Not thread-safe.
class Rollout {
 public:
  Rollout(std::size_t observation_bytes, std::size_t environments, std::size_t steps);

  std::size_t environments() const { return environments_; }
  std::size_t steps() const { return steps_; }
  std::size_t observation_bytes() const { return bytes_; }
  /// Steps that all environments have taken.
  std::size_t filled() const { return filled_; }
  bool full() const { return filled_ == steps_; }

  /// The place of environment i's observation at a step, `steps` for the one after the last.
  std::span<std::byte> observation(std::size_t step, std::size_t i) {
    return {observations_.data() + at(step, i) * bytes_, bytes_};
  }
  std::span<const std::byte> observation(std::size_t step, std::size_t i) const {
    return {observations_.data() + at(step, i) * bytes_, bytes_};
  }
  RolloutStep& step(std::size_t step, std::size_t i) { return taken_[at(step, i)]; }
  const RolloutStep& step(std::size_t step, std::size_t i) const { return taken_[at(step, i)]; }

  /// Every environment has taken its step.
  void advance() { ++filled_; }
  /// The observation after the last step becomes the first.
  void begin_again();

  /// Environment i's steps cut where episodes end. `begins_episode`: with the first step one begins.
  std::vector<Segment> segments(std::size_t i, bool begins_episode) const;

  void save(core::ByteWriter& out) const;
  /// Throws core::UserError where it does not fit.
  void restore(core::ByteReader& in);

 private:
  std::size_t at(std::size_t step, std::size_t i) const { return step * environments_ + i; }

  std::size_t bytes_;
  std::size_t environments_;
  std::size_t steps_;
  std::size_t filled_ = 0;
  std::vector<std::byte> observations_;  ///< [steps + 1, environments, bytes]
  std::vector<RolloutStep> taken_;       ///< [steps, environments]
};

}  // namespace qarium::agent
