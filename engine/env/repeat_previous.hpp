#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/config/hyperparameters.hpp"
#include "engine/env/stateful_environment.hpp"

namespace qarium::env {

struct RepeatPreviousState {
  static constexpr int kCards = 52;
  std::array<std::uint8_t, kCards> suits{};  ///< 0 .. 3 each, in the order in which the cards are dealt
  int dealt = 0;                             ///< the last one of them lies open
};

/// "repeat_previous": RepeatPrevious of Morad et al. 2023, "POPGym: Benchmarking Partially Observable Reinforcement
/// Learning", as POPGym's program (envs/repeat_previous.py) has it. One shuffled deck of 52 cards is dealt, one card a
/// step; the action names the suit of the card that was dealt k-th last, before the step deals another.
///
/// k counts the open card: with k = 1 it is the one to name, with k = 4 the one three steps before it. While fewer
/// than k cards lie on the table nothing is to be won. After that each step earns 1 / (52 - k) for the right suit and
/// loses as much for another, so that an episode's return lies between -1 and 1, and -0.5 is expected of guessing. The
/// episode is over after 51 steps, when the deck is: terminated here, where POPGym calls it truncated, since nothing
/// comes after it.
///
/// POPGym's Easy is k = 4; its Medium (2 decks, k = 32) and Hard (3 decks, k = 64) have longer episodes than this.
/// Observes float32 [4]: the open card's suit, one-hot (POPGym: Discrete(4)).
class RepeatPrevious final : public StatefulEnvironment<RepeatPreviousState, std::array<float, 4>> {
 public:
  static constexpr std::string_view kId = "repeat_previous";
  static constexpr std::string_view kDescription = "Name the suit that was dealt some cards ago";

  /// Throws core::UserError for a k out of the table's range.
  explicit RepeatPrevious(const config::EnvironmentOptions& options = {});

 private:
  RepeatPreviousState begin(core::RandomStream& random) const override;
  StepResult advance(RepeatPreviousState& state, int action, core::RandomStream& random) const override;
  std::array<float, 4> observation_of(const RepeatPreviousState& state) const override;
  /// The open card alone.
  void draw(const std::array<float, 4>& observation, protocol::Scene& scene) const override;
  /// The last k cards, the one to name underlined, and how much of the deck is left.
  void draw_state(const RepeatPreviousState& state, protocol::Scene& scene) const override;

  int k_;
};

}  // namespace qarium::env
