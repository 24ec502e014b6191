#pragma once
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/protocol/position.hpp"

namespace qarium::protocol {

/// The newest parameters on their way from the trainer to the inspector, as a plain buffer: the inspector asks, the
/// trainer copies at a tick boundary. Nothing is copied while nobody asks.
class ParameterExchange {
 public:
  struct Version {
    std::uint64_t number = 0;  ///< 0 = nothing was sent yet
    Position position;
    config::Hyperparameters hyperparameters;
    std::vector<float> values;
    /// Observations from replay, where states were wanted; else empty.
    std::vector<std::vector<std::byte>> states;
    std::uint64_t network = 0;  ///< counts networks: another structure, or learning begun anew
  };

  /// `wake` is called where parameters are asked for that were not asked for yet.
  explicit ParameterExchange(std::function<void()> wake) : wake_(std::move(wake)) {}

  // Inspector.
  void request() {
    if (!requested_.exchange(true, std::memory_order_acq_rel)) wake_();
  }
  /// Takes a version newer than `version.number`, if there is one.
  bool take(Version& version) {
    const std::lock_guard lock(mutex_);
    if (latest_.number <= version.number) return false;
    version = latest_;
    return true;
  }

  // Trainer.
  bool requested() const { return requested_.load(std::memory_order_acquire); }
  /// Numbers the version and makes it the newest.
  void publish(Version version) {
    requested_.store(false, std::memory_order_relaxed);
    const std::lock_guard lock(mutex_);
    version.number = latest_.number + 1;
    latest_ = std::move(version);
    copies_.fetch_add(1, std::memory_order_relaxed);
  }
  /// Copies made so far.
  std::uint64_t copies() const { return copies_.load(std::memory_order_relaxed); }

 private:
  std::function<void()> wake_;
  std::atomic<bool> requested_{false};
  std::atomic<std::uint64_t> copies_{0};
  std::mutex mutex_;
  Version latest_;
};

}  // namespace qarium::protocol
