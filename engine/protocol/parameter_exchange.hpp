#pragma once
#include <atomic>
#include <cstdint>
#include <mutex>
#include <vector>

#include "engine/config/hyperparameters.hpp"
#include "engine/nn/flat_parameters.hpp"
#include "engine/protocol/position.hpp"

namespace qarium::protocol {

/// The newest parameters on their way from the trainer to the inspector, as a plain buffer: the inspector asks, the
/// trainer copies at a tick boundary. Nothing is copied while nobody asks.
class ParameterExchange {
 public:
  struct Version {
    std::uint64_t number = 0;  ///< 0 = nothing was sent yet
    protocol::Position position;
    config::Hyperparameters hyperparameters;
    std::vector<float> values;
    /// Observations from replay, where states were wanted; else empty.
    std::vector<std::vector<std::byte>> states;
  };

  /// Inspector.
  void request() { requested_.store(true, std::memory_order_release); }
  /// Takes a version newer than `version.number`, if there is one.
  bool take(Version& version);

  /// Trainer.
  bool requested() const { return requested_.load(std::memory_order_acquire); }
  void publish(const config::Hyperparameters& hyperparameters, const protocol::Position& position,
               nn::FlatParameters& parameters, std::vector<std::vector<std::byte>> states);
  /// Copies made so far.
  std::uint64_t copies() const { return copies_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> requested_{false};
  std::atomic<std::uint64_t> copies_{0};
  std::mutex mutex_;
  Version latest_;
};

}  // namespace qarium::protocol
