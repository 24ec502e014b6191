#pragma once
#include <optional>
#include <vector>

#include "engine/agent/policy.hpp"
#include "engine/env/vector_environment.hpp"

namespace qarium::train {

struct Evaluation {
  std::int64_t episodes = 0;
  double mean_return = 0;
  double std_return = 0;  ///< of the population
  double mean_length = 0;
};

/// Greedy episodes on seeds of their own, in step with one another so that one forward pass serves all. One call of
/// `tick` is one step of the batch: an evaluation never holds anyone up for long.
class Evaluator {
 public:
  /// Environments that step together, at most; episode k is played by environment k modulo their number.
  static constexpr std::int64_t kBatch = 16;

  /// Episode k draws from a stream of its own, the same in every evaluation with this seed.
  Evaluator(const config::EnvironmentOptions& options, std::int64_t episodes, std::uint64_t seed);

  /// Returns the result once, when the last episode is over.
  std::optional<Evaluation> tick(agent::Policy& policy);

 private:
  void begin(std::size_t i);

  std::int64_t episodes_;
  env::VectorEnvironment environments_;
  std::vector<std::int64_t> left_;  ///< episodes still to begin, per environment
  std::vector<std::size_t> active_;
  std::optional<agent::RecurrentState> recurrent_state_;  ///< a row for each of the active
  std::vector<double> returns_;                           ///< of the episodes in progress, per environment
  std::vector<double> finished_;
  std::int64_t steps_ = 0;
  std::vector<std::vector<std::byte>> observations_;
};

/// A whole evaluation at once.
Evaluation evaluate(agent::Policy& policy, const config::EnvironmentOptions& options, std::int64_t episodes,
                    std::uint64_t seed);

}  // namespace qarium::train
