#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/env/minatar.hpp"

namespace qarium::env {

struct SpaceInvadersState {
  /// Which cells of the grid hold a thing: a word for each row, whose bit c is column c.
  using Cells = std::array<std::uint16_t, minatar::kSide>;
  Cells aliens{};
  Cells friendly{};  ///< bullets of the cannon
  Cells enemy{};     ///< bullets of the aliens
  int cannon = 5;    ///< its column
  int shot_timer = 0;
  int alien_interval = 12;
  int alien_timer = 12;
  int alien_shot_timer = 10;
  bool to_right = false;
  minatar::Action last_action = minatar::Action::Noop;
};

/// A cannon shoots at aliens that move across and down, and shoot back. +1 for every alien; over when a bullet or an
/// alien reaches the cannon. The fewer they are the faster they move, and each wave is faster than the last.
struct SpaceInvadersGame {
  using State = SpaceInvadersState;
  static constexpr std::array<std::string_view, 2> kIds{"MinAtar/SpaceInvaders-v0", "MinAtar/SpaceInvaders-v1"};
  static constexpr std::string_view kDescription = "Shoot wave after wave of aliens, and evade their bullets";
  static constexpr std::array kMinimalActions{minatar::Action::Noop, minatar::Action::Left, minatar::Action::Right,
                                              minatar::Action::Fire};

  enum Channel : std::size_t { Cannon, Alien, AlienLeft, AlienRight, FriendlyBullet, EnemyBullet };
  static constexpr std::size_t kChannels = 6;
  static constexpr std::array<minatar::Paint, 5> kPaint{
      {{AlienLeft, kTeal}, {AlienRight, kBlue}, {Cannon, kPeriwinkle}, {FriendlyBullet, kPale}, {EnemyBullet, kRose}}};
  static constexpr std::array<minatar::Named, 2> kLandmarks{{{Cannon, "cannon"}, {EnemyBullet, "bullet"}}};

  static State begin(minatar::Chance& chance);
  static minatar::Outcome play(State& state, minatar::Action action, bool ramping, minatar::Chance& chance);
  static void show(const State& state, minatar::Planes<kChannels>& planes);
};

using SpaceInvaders = MinAtar<SpaceInvadersGame>;

}  // namespace qarium::env
