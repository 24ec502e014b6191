#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/core/random.hpp"
#include "engine/env/environment.hpp"

namespace qarium::env {

/// Several copies of one environment that step as a batch. Episode k of copy i draws from the stream
/// (seed, purpose, i * 2^20 + k mod 2^20), so a copy's episodes do not depend on how many copies there are.
/// A copy whose episode is over stays at its final state, to be observed, until `reset(i)`.
class VectorEnvironment {
 public:
  /// Throws core::UserError for an unknown id.
  VectorEnvironment(const config::EnvironmentOptions& options, std::int64_t n, std::uint64_t seed,
                    core::Purpose purpose);

  std::size_t size() const { return environments_.size(); }
  const EnvironmentSpec& spec() const { return environments_.front()->spec(); }
  Environment& operator[](std::size_t i) { return *environments_[i]; }
  const Environment& operator[](std::size_t i) const { return *environments_[i]; }

  /// Begins copy i's next episode.
  void reset(std::size_t i);
  /// Begins copy i's episode `number`; its next one has the number after it.
  void reset(std::size_t i, std::uint32_t number);
  /// Of copy i's present episode, which has begun.
  std::uint32_t episode(std::size_t i) const { return episodes_[i] - 1; }
  /// One action for each copy; results land in `results` (same length).
  void step(std::span<const int> actions, std::span<StepResult> results);
  void observe(std::size_t i, std::span<std::byte> out) const { environments_[i]->observe(out); }

 private:
  std::vector<std::unique_ptr<Environment>> environments_;
  std::vector<std::uint32_t> episodes_;  ///< the number of the next
  std::uint64_t seed_;
  core::Purpose purpose_;
};

}  // namespace qarium::env
