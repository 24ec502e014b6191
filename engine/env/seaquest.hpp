#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "engine/env/arrivals.hpp"
#include "engine/env/minatar.hpp"

namespace qarium::env {

struct SeaquestState {
  /// What all that swims has; timers are steps until it moves or shoots.
  struct Bullet {
    std::int8_t column = 0;
    std::int8_t row = 0;
    bool to_right = false;
    friend bool operator==(const Bullet&, const Bullet&) = default;
  };
  struct Swimmer {  ///< a fish or a diver
    std::int8_t column = 0;
    std::int8_t row = 0;
    bool to_right = false;
    std::int8_t move_timer = 0;
    friend bool operator==(const Swimmer&, const Swimmer&) = default;
  };
  struct EnemySubmarine {
    std::int8_t column = 0;
    std::int8_t row = 0;
    bool to_right = false;
    std::int8_t move_timer = 0;
    std::int8_t shot_timer = 0;
    friend bool operator==(const EnemySubmarine&, const EnemySubmarine&) = default;
  };

  // At most one enemy comes in a step, and crosses the grid within 60; it shoots once in 11, and bullets cross in 10.
  Arrivals<Bullet, 8> friendly;
  Arrivals<Bullet, 80> enemy;
  Arrivals<Swimmer, 64> fish;
  Arrivals<EnemySubmarine, 64> submarines;
  Arrivals<Swimmer, 8> divers;

  int column = 5;  ///< of the submarine's front
  int row = 0;
  bool to_right = false;
  bool at_surface = true;
  int oxygen = 200;
  int on_board = 0;  ///< divers; below 0 after six were brought up
  int spawn_interval = 20;
  int spawn_timer = 20;
  int diver_timer = 30;
  int move_interval = 5;
  int shot_timer = 0;
  int level = 0;
  minatar::Action last_action = minatar::Action::Noop;
};

/// A submarine shoots fish and enemy submarines (+1 each) and brings divers up: with six on board +1 for each lit cell
/// of the oxygen gauge. Over when it is hit, without oxygen, and at the surface without a diver. Enemies come and move
/// faster each time it has been there.
struct SeaquestGame {
  using State = SeaquestState;
  static constexpr std::array<std::string_view, 2> kIds{"MinAtar/Seaquest-v0", "MinAtar/Seaquest-v1"};
  static constexpr std::string_view kDescription =
      "Shoot what swims, rescue divers, and come up before the air is gone";
  static constexpr auto kMinimalActions = minatar::kAllActions;

  enum Channel : std::size_t {
    Front,
    Back,
    FriendlyBullet,
    Trail,
    EnemyBullet,
    Fish,
    EnemySubmarine,
    OxygenGauge,
    DiverGauge,
    Diver
  };
  static constexpr std::size_t kChannels = 10;
  static constexpr std::array<minatar::Paint, 10> kPaint{{{Trail, kDusk},
                                                          {OxygenGauge, kBlue},
                                                          {DiverGauge, kAmber},
                                                          {Diver, kAmber},
                                                          {Fish, kTeal},
                                                          {EnemySubmarine, kBrown},
                                                          {Back, kSlate},
                                                          {Front, kPeriwinkle},
                                                          {FriendlyBullet, kPale},
                                                          {EnemyBullet, kRose}}};
  static constexpr std::array<minatar::Named, 5> kLandmarks{{{Front, "submarine"},
                                                             {Fish, "fish"},
                                                             {EnemySubmarine, "enemy submarine"},
                                                             {EnemyBullet, "enemy bullet"},
                                                             {Diver, "diver"}}};

  static State begin(minatar::Chance& chance);
  static minatar::Outcome play(State& state, minatar::Action action, bool ramping, minatar::Chance& chance);
  static void show(const State& state, minatar::Planes<kChannels>& planes);
};

using Seaquest = MinAtar<SeaquestGame>;

}  // namespace qarium::env
