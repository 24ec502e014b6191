#pragma once
#include <array>
#include <cstdint>

namespace qarium::core {

/// What a stream of random numbers is for. One more draw in one purpose shifts nothing in another.
enum class Purpose : std::uint32_t {
  Initialisation,  ///< network weights; index = block and rebuild
  Environment,     ///< dynamics and initial states of a learning environment; index = environment
  Exploration,     ///< epsilon-greedy draws; index = environment
  Replay,          ///< minibatch sampling
  Evaluation,      ///< evaluation episodes; index = episode
  Stage,           ///< the watched episode; index = episode
  Test,
  Laboratory,        ///< sequences that the laboratory learns from
  LaboratoryTest,    ///< sequences that only test it; index = their length, 0 = that of learning
  LaboratorySample,  ///< the sequence looked at; index = its number
  Noise,             ///< of noisy layers, of dropout and of drawn fractions; index 0 of updates, 1 of acting
};

/// Counter-based random numbers: Philox4x32-10 (Salmon, Moraes, Dror, Shaw 2011, "Parallel Random Numbers: As Easy as
/// 1, 2, 3"). The whole state is (seed, purpose, index, counter): trivially copyable, so it can be saved and restored.
class RandomStream {
 public:
  RandomStream() : RandomStream(0, Purpose::Test, 0) {}
  /// Streams with different (seed, purpose, index) are independent.
  RandomStream(std::uint64_t seed, Purpose purpose, std::uint32_t index);

  std::uint32_t next();
  /// Uniform in [0, 1) with 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high);
  /// Uniform in 0 .. bound - 1 without bias. Requires bound >= 1.
  std::uint32_t below(std::uint32_t bound);
  /// Standard normal (Box-Muller, one of the pair kept for the next call is not: each call uses two draws).
  double normal();

  /// Draws taken so far, and a jump to any of them.
  std::uint64_t position() const { return counter_; }
  void seek(std::uint64_t draws) { counter_ = draws; }

  friend bool operator==(const RandomStream&, const RandomStream&) = default;

 private:
  /// The four draws among which the next one is.
  std::array<std::uint32_t, 4> block() const;

  std::uint64_t seed_;
  std::uint32_t purpose_;
  std::uint32_t index_;
  std::uint64_t counter_ = 0;
};

/// The bare Philox4x32-10 block function, public for its known-answer test.
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter, std::array<std::uint32_t, 2> key);

}  // namespace qarium::core
